# frozen_string_literal: true

require "fileutils"

# Projects too large to keep.
module Generate
  module_function

  def many_files(project, count)
    count.times do |n|
      write(project, format("spec/part%02d/f%05d_spec.rb", n % 50, n),
            "RSpec.describe('F#{n}') { it('passes') { expect(#{n}).to eq #{n} } }\n")
    end
    project
  end

  def many_examples(project, count)
    write(project, "spec/many_spec.rb", <<~RUBY)
      RSpec.describe "Many" do
        #{count}.times { |n| it("passes \#{n}") { expect(n).to eq n } }
      end
    RUBY
    project
  end

  def write(project, path, text)
    file = File.join(project, path)
    FileUtils.mkdir_p(File.dirname(file))
    File.write(file, text)
  end
end
