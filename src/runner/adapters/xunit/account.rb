# frozen_string_literal: true

require_relative "../../text"

module Distributest
  # One attempt at some tests: whatever a framework says about them, each gets
  # exactly one verdict. Statuses are passed, failed (errors too) and pending.
  class XunitAccount
    attr_reader :exceptions

    def initialize(tests, report, exceptions, project)
      @report = report
      @exceptions = exceptions
      @project = project + "/"
      @open = {}.compare_by_identity
      tests.each { |test| @open[test] = true }
      @running = nil
    end

    # False in a child that a test forked.
    def own?
      @report.own?
    end

    # What comes up from tests ends neither the runner nor the other tests, but
    # a child that a test forked must end, and so must a runner that is told to.
    def survives?(exception)
      own? && Exits.signal_behind(exception).nil?
    end

    def running?(test)
      @running.equal?(test)
    end

    def waiting?(test)
      @open[test] == true
    end

    def began(test)
      return unless waiting?(test)
      @running = test
      @report.begin(test.id)
    end

    # `fields`: "exc" and "pend" where there are any.
    def ended(test, status, fields = {})
      return again(test, fields) unless waiting?(test)
      began(test) unless running?(test)
      @running = nil
      @open[test] = false
      @report.example(about(test, status).merge(fields))
    end

    # What went wrong outside of any test.
    def outside(where, *raised)
      @report.error(where, @exceptions.describe(*raised))
    end

    # Before code of the project that belongs to no test, such as class-wide hooks.
    def flush
      @report.flush
    end

    # What has no verdict yet did not run; `cause` is why, when known.
    def close(cause = nil)
      @open.select { |_, waiting| waiting }.each_key do |test|
        why = cause ? @exceptions.describe(cause) : not_run(test)
        next ended(test, "failed", "exc" => why) if running?(test)
        @open[test] = false
        @report.skipped(about(test, "error").merge("exc" => why))
      end
    end

    private

    # A second verdict: there is no place for it, but a failure must not go unseen.
    def again(test, fields)
      @report.error(test.id, fields["exc"]) if fields["exc"] && !fields.key?("pend")
    end

    def not_run(test)
      @exceptions.own("Distributest::NotRun", "#{test.framework.title} ended without running this test")
    end

    def about(test, status)
      fields = { "id" => test.id, "name" => test.title, "desc" => test.name, "status" => status }
      if test.file
        fields["path"] = test.file.delete_prefix(@project)
        fields["line"] = test.line
      end
      fields
    end
  end
end
