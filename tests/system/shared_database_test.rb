# frozen_string_literal: true

require_relative "support"

# Runners that say that they write to the same database: one of them works. What they say comes from a hook here, in
# place of a library of the project.
class SharedDatabaseTest < SystemTest
  def claiming(databases)
    files = (1..4).to_h { |n| ["spec/#{n}_spec.rb", spec({ "works" => "sleep 0.05" }, group: "Group #{n}")] }
    project(files.merge(".distributest/after_fork.rb" => <<~RUBY))
      claims = Module.new { def self.databases; [#{databases}].flatten; end }
      Distributest::Libraries.add(claims)
    RUBY
  end

  def runners(run)
    run.of_kind("file.start").map { |event| event["runner"] }.uniq.sort
  end

  def test_one_works_and_is_named
    claiming('"postgresql://localhost:5432/shop_test"')
    run = dtest("-j4")
    assert_exit 0, run
    assert_equal 1, runners(run).size
    assert_equal 4, run.account.examples.size
    text = run.out.gsub(/\s+/, " ")
    assert_equal 1, text.scan("would share").size
    assert_includes text, "runners 1, 2, 3 and 4 would share the database shop_test: going on with one runner. " \
                          "Give each its own: database: shop_test<%= ENV['TEST_ENV_NUMBER'] %> in config/database.yml"
    assert_match(/of work on 1 runner/, run.out)
    assert_empty run.of_kind("runner.crash")
    assert_nothing_left
  end

  def test_two_share_and_one_has_its_own
    claiming("ENV['TEST_ENV_NUMBER'] == '3' ? '/other.sqlite3' : Dir.pwd + '/db/test.sqlite3'")
    run = dtest("-j3")
    assert_exit 0, run
    assert_equal 2, (run.of_kind("runner.ready").map { |event| event["runner"] } - [0]).size
    text = run.out.gsub(/\s+/, " ")
    assert_includes text, "runners 1 and 2 would share the database db/test.sqlite3: going on with 2 runners. "
    assert_includes text, "Give each its own: database: db/test<%= ENV['TEST_ENV_NUMBER'] %>.sqlite3"
  end

  def test_each_has_its_own
    claiming('"postgresql://localhost/shop_test#{ENV["TEST_ENV_NUMBER"]}"')
    run = dtest("-j2")
    assert_exit 0, run
    assert_equal 2, (run.of_kind("runner.ready").map { |event| event["runner"] } - [0]).size
    refute_match(/would share/, run.out)
  end

  def test_sharing_may_be_wanted
    claiming('"postgresql://localhost/shop_test"')
    run = dtest("-j2", "--share-database")
    assert_exit 0, run
    assert_equal 2, (run.of_kind("runner.ready").map { |event| event["runner"] } - [0]).size
    refute_match(/would share/, run.out)
  end

  # Its slot keeps the database: whoever replaces the runner that died goes on alone.
  def test_the_runner_that_has_it_dies
    claiming('"postgresql://localhost/shop_test"')
    File.write("#{@project}/spec/0_spec.rb", spec({ "dies once" => <<~RUBY }, group: "Dies"))
      mark = #{place('died').inspect}
      died = File.exist?(mark)
      File.write(mark, "")
      died or Process.kill(:KILL, $$)
    RUBY
    run = dtest("-j2")
    assert_exit 0, run
    assert_equal 1, runners(run).size
    assert_equal 5, run.account.examples.size
  end
end
