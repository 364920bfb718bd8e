# frozen_string_literal: true

require_relative "simplecov/entrances"
require_relative "simplecov/report"
require_relative "simplecov/store"
require_relative "simplecov/sum"
require_relative "simplecov/tally"

module Distributest
  # Ruby's Coverage, and SimpleCov above it, counts in one process. Here every
  # runner stores what it counted, and at the end one process sees the sum as
  # if it had run everything itself, and makes SimpleCov's report: the boot
  # process, or, where runners have loaded the project themselves, the first
  # that ends, once the others have.
  module SimpleCovLibrary
    PATIENCE = 8_000_000
    READER = %r{/simplecov(\.rb|/[^/]+\.rb):\d}

    class << self
      attr_reader :earlier_status

      # SimpleCov looks for parallel_tests, which it does not find.
      def covers?(_place, lines)
        READER.match?(lines.first.to_s)
      end

      def prepare(session)
        @session = session
        ::Coverage.singleton_class.prepend(Start)
        # What a person looks at by hand is no measure: nothing is reported.
        return if session.debugging?
        @store = CoverageStore.new(::File.dirname(::File.readlink("/proc/self/fd/1")))
      end

      def loaded(_session)
        start_counting if @store && counts?
      end

      def forked(_session, slot)
        open_for(slot) if @tally
      end

      def alone(_session, slot)
        return unless @store && counts?
        start_counting
        open_for(slot)
        @store.keep_base(@tally.base)
        @store.live
        @alone = true
      end

      def after_item(item, bad)
        @tally.add(item, bad) if @tally && own?
      end

      def leaving
        return unless @tally && own?
        @tally.store if @tally.due?
        @role = :last if @alone && !@session.listing?
      end

      # A framework that runs SimpleCov's handler itself may not have come to it.
      def ended
        return unless @tally && own?
        @role == :last && simplecov? ? ::SimpleCov.run_exit_tasks! : @tally.store
      end

      def left
        return unless @store && !@session.listing?
        return unreported if !@tally && @store.used? && !@store.finished?
        return unless @tally
        CoverageSum.install(@tally, @store, false)
        @role = :first
        ::SimpleCov.external_at_exit = false if simplecov? && ::SimpleCov.respond_to?(:external_at_exit=)
      end

      # Around SimpleCov's own, which nobody but the process that sums up runs.
      # What a test forks is left alone.
      def exit_tasks(&tasks)
        return yield unless own?
        role = @role
        @role = nil
        return report(&tasks) if role == :first
        @tally.store if role == :last
        sum_up(&tasks) if role == :last && @store.first?
      end

      def take_over
        ::SimpleCov.singleton_class.prepend(Exit) if simplecov?
      end

      private

      def counts?
        defined?(::Coverage) && ::Coverage.respond_to?(:peek_result) && !::Coverage.peek_result.nil?
      rescue ::RuntimeError
        false
      end

      def simplecov?
        defined?(::SimpleCov) && ::SimpleCov.respond_to?(:run_exit_tasks!)
      end

      def own?
        @session.channel.own?
      end

      def start_counting
        take_over
        @tally = CoverageTally.new(simplecov? ? ::SimpleCov.root : @session.project)
      end

      def open_for(slot)
        @store.open_for("#{slot}.#{Captured::PID.call}")
        @tally.hand_to(@store)
        return unless simplecov?
        @name = command_name
        ::SimpleCov.command_name("#{@name} (runner #{slot})")
      end

      # As without parallel_tests, whose variables runners have, too.
      def command_name
        groups = ENV.delete("PARALLEL_TEST_GROUPS")
        ::SimpleCov.command_name
      ensure
        ENV["PARALLEL_TEST_GROUPS"] = groups if groups
      end

      def sum_up(&tasks)
        limit = Clock.now + PATIENCE
        Captured::SELECT.call(nil, nil, nil, 0.005) until @store.others_gone? || Clock.now > limit
        ::SimpleCov.command_name(@name)
        CoverageSum.install(@tally, @store, true)
        report(&tasks)
      end

      def report(&tasks)
        @earlier_status = @store.bad?(@session.adapter.files) ? 1 : 0
        SimpleCovReport.new(@session.channel).make(@earlier_status, @store.parts.flat_map(&:lost), &tasks)
        @store.finished
      end

      def unreported
        @session.channel.say("k" => "notice", "level" => "warn",
                             "text" => "no coverage report: the runner that was to write it ended before it had")
      end
    end
  end

  Libraries.add(SimpleCovLibrary)
end
