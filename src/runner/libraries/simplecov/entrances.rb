# frozen_string_literal: true

require "coverage"

module Distributest
  # Where we stand in front of Coverage's and SimpleCov's own methods.
  module SimpleCovLibrary
    # SimpleCov is known from here on, whatever becomes of the process.
    module Start
      (%i[start setup] & ::Coverage.public_methods).each do |name|
        define_method(name) do |*options|
          SimpleCovLibrary.take_over
          super(*options)
        end
      end
    end

    # In front of SimpleCov's own.
    module Exit
      def run_exit_tasks!(*)
        SimpleCovLibrary.exit_tasks { super }
      end

      # What went wrong before, as SimpleCov wants to know.
      def exit_status_from_exception(*)
        status = SimpleCovLibrary.earlier_status
        status.nil? ? super : status
      end

      # The environment looks like parallel_tests', and is not.
      def final_result_process?
        true
      end

      def wait_for_other_processes; end
    end
  end
end
