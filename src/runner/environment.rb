# frozen_string_literal: true

require_relative "libraries"

module Distributest
  # The variables that differ between runners: set after the fork, and watched
  # before it, because what read them then has the wrong value now.
  module Environment
    PARTICULAR = %w[TEST_ENV_NUMBER DB_PREFIX DTEST_RUNNER DTEST_SLOT].freeze
    ONE = %i[[] fetch key? has_key? include? member? assoc values_at slice].freeze
    ALL = %i[to_h to_hash to_a each each_pair keys values dup clone select filter reject map].freeze

    module_function

    def apply(changes)
      changes.each { |name, value| ENV[name] = value }
    end

    # Calls the block, which adds to `reads` what it reads and no library makes
    # good after the fork: [name, place].
    def watch(project, reads = [])
      spy = spy_on(reads, project)
      ENV.singleton_class.prepend(spy)
      yield
      reads.first
    ensure
      (ONE + ALL).each { |name| spy.send(:remove_method, name) if spy.method_defined?(name) } if spy
    end

    def spy_on(reads, project)
      Module.new do
        (ONE & ENV.public_methods).each do |name|
          define_method(name) do |*names, &block|
            hit = names.find { |wanted| PARTICULAR.include?(wanted) }
            Environment.note(reads, hit, caller(1, 30), project) if hit && reads.empty?
            super(*names, &block)
          end
        end
        # A copy of everything counts only where the project itself takes it:
        # gems hand whole environments to their children all the time.
        (ALL & ENV.public_methods).each do |name|
          define_method(name) do |*args, &block|
            here = caller(1, 1).first.to_s
            Environment.note(reads, "all of ENV", [here], project) if reads.empty? && here.start_with?(project + "/")
            super(*args, &block)
          end
        end
      end
    end

    def note(reads, name, lines, project)
      place = place(lines, project)
      reads << [name, place] unless Libraries.covers?(place, lines)
    end

    def place(lines, project)
      own = lines.find { |line| line.start_with?(project + "/") } || lines.first.to_s
      own.delete_prefix(project + "/")[/\A.*?:\d+/] || own
    end
  end
end
