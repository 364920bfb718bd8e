# frozen_string_literal: true

module Distributest
  # Libraries of the project that forks, parallel runners or the end of a
  # runner would break, each with one file in libraries/. A library is a module
  # that answers what it needs of these calls, in their order:
  #
  #   prepare(session)      the bundle is set up, nothing of the project is loaded
  #   covers?(place)        a read of ENV at this place ("config/database.yml:4")
  #                         is made good after the fork
  #   loaded(session)       the boot process has loaded the project
  #   forked(session, slot) in a runner: its environment is set, nothing has run;
  #                         Failure ends the runner with its reason
  #   databases             in a runner: names of what only one runner may write to
  #   after_item            in a runner, after each item
  #   leaving               in a runner, after its last item, before exit handlers
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
        @all.each { |library| library.public_send(call, *arguments) if library.respond_to?(call) }
      end

      def covers?(place)
        @all.any? { |library| library.respond_to?(:covers?) && library.covers?(place) }
      end

      def databases
        @all.select { |library| library.respond_to?(:databases) }.flat_map(&:databases).uniq
      end
    end
  end
end
