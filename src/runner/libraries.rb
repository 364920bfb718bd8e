# frozen_string_literal: true

module Distributest
  # Libraries of the project that forks, parallel runners or the end of a
  # runner would break, each with one file in libraries/. A library is a module
  # that answers what it needs of these calls, in their order:
  #
  #   prepare(session)      the bundle is set up, nothing of the project is loaded
  #   covers?(place, lines) a read of ENV at this place ("config/database.yml:4"),
  #                         called from these lines, is made good after the fork
  #   loaded(session)       the boot process has loaded the project
  #   obstacle(session, failure)  why a fork of the boot process would not be right,
  #                         or nil; with the failure's message when loading failed
  #   forked(session, slot) in a runner: its environment is set, nothing has run;
  #                         Failure ends the runner with its reason
  #   begun(session, slot)  likewise, and where the runner loaded the project itself
  #   alone(session, slot)  likewise, in a runner that has loaded the project itself
  #   databases             in a runner: names of what only one runner may write to
  #   after_item(item, bad) in a runner, after each item (the broker's message);
  #                         bad: something failed
  #   leaving               in a runner, after its last item, before exit handlers
  #   ended                 in a runner, after its exit handlers
  #   left                  in the boot process: all runners have ended, its own
  #                         exit handlers have not run
  module Libraries
    @all = []

    class << self
      def add(library)
        @all << library
      end

      # In turn, those that answer it.
      def tell(call, *arguments)
        ask(call, *arguments) { nil }
      end

      def covers?(place, lines)
        ask(:covers?, place, lines) { |answer| answer } || false
      end

      def obstacle(session, failure = nil)
        ask(:obstacle, session, failure) { |answer| answer }
      end

      def databases
        @all.select { |library| library.respond_to?(:databases) }.flat_map(&:databases).uniq
      end

      private

      # Until the block takes an answer.
      def ask(call, *arguments)
        @all.each do |library|
          next unless library.respond_to?(call)
          answer = yield library.public_send(call, *arguments)
          return answer if answer
        end
        nil
      end
    end
  end
end

::Dir.glob(::File.join(__dir__, "libraries", "*.rb")).sort.each { |file| require file }
