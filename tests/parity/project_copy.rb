# frozen_string_literal: true

require "digest"
require "fileutils"
require "tmpdir"

# A copy of a project that a test may run in, and whether anything wrote to it.
class ProjectCopy
  attr_reader :path

  def self.of(source, name: File.basename(source))
    Dir.mktmpdir("parity") do |directory|
      path = File.join(File.realpath(directory), name)
      FileUtils.cp_r(source, path)
      yield new(path)
    end
  end

  def self.empty(name)
    Dir.mktmpdir("parity") do |directory|
      path = File.join(File.realpath(directory), name)
      Dir.mkdir(path)
      yield new(path)
    end
  end

  def initialize(path)
    @path = path
    remember
  end

  def remember
    @before = contents
  end

  # Files that appeared, went or changed.
  def changes
    now = contents
    (@before.keys | now.keys).reject { |file| @before[file] == now[file] }
  end

  private

  def contents
    Dir.glob("#{@path}/**/*", File::FNM_DOTMATCH).select { |file| File.file?(file) }.to_h do |file|
      [file.delete_prefix("#{@path}/"), Digest::MD5.file(file).hexdigest]
    end
  end
end
