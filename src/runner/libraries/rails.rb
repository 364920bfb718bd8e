# frozen_string_literal: true

require_relative "../adapters/exceptions"
require_relative "../failure"
require_relative "../libraries"
require_relative "../report"
require_relative "active_record/configurations"
require_relative "defined"

module Distributest
  # `parallelize` of ActiveSupport::TestCase: it is told one worker, so it
  # neither forks nor starts threads. Each runner is one of its workers: its
  # set-up and teardown blocks are called, and its databases used.
  module RailsLibrary
    # In place of ActiveSupport's own.
    module OneWorker
      def parallelize(workers: :number_of_processors, with: :processes, parallelize_databases: nil, **)
        workers = ENV["PARALLEL_WORKERS"].to_i if ENV["PARALLEL_WORKERS"]
        return if with != :processes || workers.is_a?(::Integer) && workers <= 1
        ::ActiveSupport.parallelize_test_databases = parallelize_databases unless parallelize_databases.nil?
        RailsLibrary.asked
      end
    end

    DATABASES = %r{/active_record/test_databases\.rb\z}.freeze

    class << self
      def prepare(_session)
        Defined.once("ActiveSupport::TestCase") { |test| test.singleton_class.prepend(OneWorker) }
      end

      def asked
        @asked = true
      end

      def loaded(_session)
        hooks(:before_fork_hooks).each(&:call) if @asked
      end

      def begun(session, slot)
        return unless @asked && !session.listing?
        @session = session
        # Rails counts its workers from 0.
        @worker = slot - 1
        hooks(:after_fork_hooks).each { |hook| hook.call(@worker) unless needless?(hook) }
      rescue ::StandardError => e
        raise Failure, "the set-up of parallel tests failed in runner #{slot}: #{e.class}: #{e.message}" \
                       "#{place(e)}"
      end

      def leaving
        return unless @worker
        hooks(:run_cleanup_hooks).each { |hook| hook.call(@worker) }
      rescue ::StandardError => e
        exceptions = Exceptions.new(@session.project).describe(e)
        Report.new(@session.channel, nil).error("teardown of parallel tests", exceptions)
      end

      private

      def hooks(name)
        tests = ::ActiveSupport::Testing::Parallelization
        tests.respond_to?(name) ? tests.public_send(name) : []
      end

      # Active Record's own hook makes a database for each worker, from the
      # schema. Where database.yml gives each runner one, that is the one.
      def needless?(hook)
        ArConfigurations.varies? && DATABASES.match?(hook.source_location.first)
      end

      def place(error)
        line = error.backtrace.to_a.find { |text| text.start_with?("#{::Dir.pwd}/") }
        line ? " (#{line.delete_prefix("#{::Dir.pwd}/")[/\A.*?:\d+/]})" : ""
      end
    end
  end

  Libraries.add(RailsLibrary)
end
