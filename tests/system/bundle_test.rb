# frozen_string_literal: true

require_relative "support"

# The project's bundle: set up as it is, never changed, and where it cannot be used, why and what to do.
class BundleTest < SystemTest
  SOURCE = "source 'https://rubygems.org'\n"

  def setup
    super
    project("spec/a_spec.rb" => spec)
  end

  def gemfile(text, name = "Gemfile")
    File.write(File.join(@project, name), SOURCE + text)
  end

  # A lock of RSpec as it is installed.
  def lock(bundler: Gem.loaded_specs["bundler"]&.version || "2.3.27", platform: "ruby", gems: { "rake" => nil })
    specs = gems.map { |name, version| "    #{name} (#{version || installed(name)})\n" }.join
    dependencies = gems.keys.map { |name| "  #{name}\n" }.join
    text = "GEM\n  remote: https://rubygems.org/\n  specs:\n#{specs}\nPLATFORMS\n  #{platform}\n\n" \
           "DEPENDENCIES\n#{dependencies}\nBUNDLED WITH\n   #{bundler}\n"
    File.write(File.join(@project, "Gemfile.lock"), text)
    text
  end

  def installed(name)
    Gem::Specification.find_by_name(name).version
  end

  def lock_now
    File.read(File.join(@project, "Gemfile.lock"))
  end

  # One sentence or two, once on the screen, with the way out and without a stack trace.
  def assert_refused(why, way_out, run)
    assert_exit 78, run
    text = run.screen.gsub(/\s+/, " ")
    assert_match why, text
    assert_equal 1, text.scan(why).size, run.screen
    assert_includes text, way_out
    refute_match(/\.rb:\d+:in|Bundler::\w+Error/, run.screen)
    assert_operator run.screen.lines.size, :<, 10, run.screen
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_a_gem_that_is_nowhere
    gemfile("gem 'no-such-gem-at-all'\n")
    assert_refused(/Could not find gem 'no-such-gem-at-all'/, "Run `bundle install`, or use --bundler off", dtest)
    refute_path_exists "#{@project}/Gemfile.lock"
    assert_exit 0, dtest("--bundler", "off")
  end

  def test_a_gem_that_is_locked_and_not_installed
    gemfile("gem 'rake'\n")
    lock(gems: { "rake" => "0.0.1" })
    assert_refused(/Could not find rake-0\.0\.1/, "Run `bundle install`", dtest)
  end

  def test_what_cannot_be_resolved
    gemfile("gem 'rspec', '~> 3.0'\ngem 'rspec-core', '~> 2.0'\n")
    assert_refused(/rspec-core \(~> 2\.0\)/, "Run `bundle install`", dtest)
  end

  def test_a_syntax_error
    gemfile("gem 'rspec',\ngem (\n")
    assert_refused(/There was an error parsing `Gemfile`.*\(Gemfile:3\)/, "Correct the Gemfile", dtest)
  end

  def test_a_git_gem_that_is_not_checked_out
    gemfile("gem 'foo', git: 'https://example.invalid/foo.git'\n")
    assert_refused(%r{The git source https://example\.invalid/foo\.git is not yet checked out}, "Run `bundle install`",
                   dtest)
  end

  def test_a_path_that_is_not_there
    gemfile("gem 'foo', path: '../nowhere'\n")
    assert_refused(%r{The path `.*/nowhere` does not exist}, "Correct the path in the Gemfile", dtest)
  end

  def test_frozen_and_changed
    gemfile("gem 'rake'\ngem 'rspec'\n")
    text = lock
    assert_refused(/it is frozen, and its lock file is not what the Gemfile asks for/,
                   "`bundle config set frozen false && bundle install`", dtest(env: { "BUNDLE_FROZEN" => "true" }))
    assert_equal text, lock_now
  end

  def test_another_ruby
    gemfile("ruby '2.5.1'\ngem 'rspec'\n")
    assert_refused(/Your Ruby version is #{RUBY_VERSION}, but your Gemfile specified 2\.5\.1/, "--ruby", dtest)
  end

  def test_a_lock_with_a_merge_conflict
    gemfile("gem 'rake'\n")
    File.write("#{@project}/Gemfile.lock", "<<<<<<< HEAD\n#{lock}")
    assert_refused(/contains merge conflicts/, "Correct the lock file", dtest)
  end

  def test_a_gemfile_that_the_environment_names_and_is_not_there
    assert_refused(%r{/nowhere/Gemfile}, "Set BUNDLE_GEMFILE", dtest(env: { "BUNDLE_GEMFILE" => "/nowhere/Gemfile" }))
  end

  def test_locks_of_other_bundlers_are_used_and_left_alone
    names = %w[rspec rspec-core rspec-expectations rspec-mocks rspec-support diff-lcs]
    gemfile(names.map { |name| "gem '#{name}'\n" }.join)
    %w[1.17.3 2.3.27 99.0.0].each do |version|
      gems = names.to_h { |name| [name, nil] }
      text = lock(bundler: version, gems: gems)
      assert_exit 0, dtest
      assert_equal text, lock_now
    end
  end

  def test_the_lock_of_another_platform_is_left_alone
    gemfile("gem 'rake'\ngem 'rspec'\n")
    text = lock(platform: "x64-mingw32")
    assert_exit 0, dtest
    assert_equal text, lock_now
  end

  def test_without_a_lock_none_is_made
    gemfile("gem 'rspec'\n")
    assert_exit 0, dtest
    refute_path_exists "#{@project}/Gemfile.lock"
  end

  def test_gems_rb_and_a_gemfile_elsewhere
    in_bundle = { "is in the bundle" => "expect(defined?(Bundler) && Bundler.definition.dependencies.map(&:name)).to " \
                                        "eq(%w[rspec])" }
    project("spec/a_spec.rb" => spec(in_bundle), "gems.rb" => "#{SOURCE}gem 'rspec'\n")
    assert_exit 0, dtest
    refute_path_exists "#{@project}/gems.locked"
    File.rename("#{@project}/gems.rb", place("Other"))
    assert_exit 0, dtest(env: { "BUNDLE_GEMFILE" => place("Other") })
  end

  def test_the_gemfile_of_the_repository_counts_below_it
    project({ "Gemfile" => "#{SOURCE}gem 'rspec'\n", ".git/HEAD" => "" }, "repository")
    project({ "spec/a_spec.rb" => spec({ "has one" => "expect(defined?(Bundler.definition)).to be_truthy" }) },
            "repository/part")
    assert_exit 0, dtest
    FileUtils.rm_r(place("repository/.git"))
    assert_exit 1, dtest
  end

  def test_the_gems_of_the_project_are_all_that_there_is
    gemfile("gem 'rspec'\n")
    project("spec/a_spec.rb" => spec({ "has no other" => "expect { require 'rake' }.to raise_error(LoadError)" }))
    assert_exit 0, dtest
  end
end
