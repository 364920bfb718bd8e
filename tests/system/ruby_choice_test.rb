# frozen_string_literal: true

require "rbconfig"
require_relative "support"

# Which Ruby runs the tests, with version managers that have, or lack, the one that the project asks for.
class RubyChoiceTest < SystemTest
  PROBE = 'puts ENV["CHOSEN"]; raise "chosen: #{ENV["CHOSEN"]}, in PATH: #{`ruby -e "print ENV[%q(CHOSEN)]"`}"'

  def setup
    super
    project("spec/a_spec.rb" => spec({ "tells" => PROBE }))
  end

  # A program `ruby` that is the real one and says which it was.
  def wrapper(path, chosen, version: nil)
    old = place("version-#{chosen}.rb")
    File.write(old, "Object.send(:remove_const, :RUBY_VERSION)\nRUBY_VERSION = #{version.inspect}\n") if version
    FileUtils.mkdir_p(File.dirname(path))
    File.write(path, "#!/bin/sh\nCHOSEN=#{chosen} exec #{RbConfig.ruby} #{"-r#{old}" if version} \"$@\"\n")
    File.chmod(0o755, path)
  end

  def rbenv(*versions)
    versions.each { |version| wrapper("#{@root}/h/.rbenv/versions/#{version}/bin/ruby", version) }
  end

  def ask(text, file = ".ruby-version")
    File.write(File.join(@project, file), text)
  end

  def assert_chosen(version, run)
    assert_exit 1, run
    assert_includes run.screen, "chosen: #{version}, in PATH: #{version}"
    assert_nothing_left
  end

  def assert_refused(text, run)
    assert_exit 78, run
    assert_equal text, run.err
    assert_nothing_left
  end

  def test_rbenv
    rbenv("9.9.9", "9.9.8")
    ask("9.9.8\n")
    assert_chosen "9.9.8", dtest
    listing = dtest("list", events: false)
    assert_exit 0, listing
  end

  def test_asdf_by_tool_versions
    wrapper("#{@root}/h/.asdf/installs/ruby/9.9.7/bin/ruby", "9.9.7")
    ask("nodejs 20.0.0\nruby 9.9.7\n", ".tool-versions")
    assert_chosen "9.9.7", dtest
  end

  def test_rvm_with_its_gems
    wrapper("#{@root}/h/.rvm/rubies/ruby-9.9.6/bin/ruby", "9.9.6")
    ask("ruby-9.9.6@shop\n")
    project("spec/a_spec.rb" => spec({ "has gems" => 'expect(ENV["GEM_HOME"]).to end_with("/gems/ruby-9.9.6@shop")' }),
            ".ruby-version" => "ruby-9.9.6@shop\n")
    # RSpec is not in that gemset.
    rspec = RbConfig.ruby && `#{RbConfig.ruby} -e 'require "rspec"; print $LOAD_PATH.grep(/rspec/).join(":")'`
    assert_exit 0, dtest(env: { "RUBYLIB" => rspec })
  end

  def test_rbenv_lacks_it
    rbenv("9.9.9")
    ask("9.1.1\n")
    text = "dtest: .ruby-version asks for Ruby 9.1.1, which is not installed: rbenv has 9.9.9. Run 'rbenv install " \
           "9.1.1', or name another Ruby with --ruby.\n"
    assert_refused text, dtest(events: false)
    assert_refused text, dtest("list", events: false)
    assert_exit 1, dtest("--ruby", RbConfig.ruby)
  end

  def test_no_manager_is_a_notice_where_the_version_differs
    ask("9.1.1\n")
    run = dtest
    assert_exit 1, run
    assert_equal 1, run.out.scan(".ruby-version asks for Ruby 9.1.1").size, run.out
    ask("#{RUBY_VERSION}\n")
    refute_includes dtest.out, "asks for"
  end

  def test_no_ruby_in_path
    FileUtils.mkdir_p(place("bin"))
    assert_refused "dtest: no Ruby: there is none in PATH. Install one, or name it with --ruby.\n",
                   dtest(events: false, env: { "PATH" => place("bin") })
  end

  def test_a_command_that_is_no_ruby
    run = dtest("--ruby", "echo hello")
    assert_exit 78, run
    text = run.screen.gsub(/\s+/, " ")
    assert_includes text, "echo hello ended (exit 0) before it said a word; it was started as a Ruby: name one with --ruby"
    assert_match(/hello .*boot\.rb/, text)
    assert_nothing_left
  end

  def test_a_ruby_that_is_too_old
    wrapper(place("old/ruby"), "old", version: "2.3.8")
    run = dtest("--ruby", place("old/ruby"))
    assert_exit 78, run
    assert_includes run.screen, "this is Ruby 2.3.8, and dtest needs 2.5 or newer: name another one with --ruby"
    assert_equal 1, run.screen.scan("this is Ruby").size, run.screen
    assert_nothing_left
  end
end
