# frozen_string_literal: true

require_relative "../captured"

module Distributest
  # A debugger needs a terminal, and a runner has none: one that is called
  # fails the example at once and says which command gives it one. Ours stand
  # where the debuggers' own methods do, not in front of them, so that a test
  # can put its own in their place.
  module Debuggers
    # No rescue of the code under test is meant to swallow it.
    class Called < ::Exception; end # rubocop:disable Lint/InheritException

    METHODS = {
      ::Binding => %i[irb pry break b debugger byebug remote_pry],
      ::Kernel => %i[debugger byebug remote_byebug]
    }.freeze
    STARTS = %i[IRB Pry].freeze
    THEIRS = %r{\A<internal:|/(irb|pry|byebug|debug)\.rb\z|/lib/(irb|pry|byebug|debug|pry-[^/]+)/}
    OURS = ::File.expand_path("..", __dir__) + "/"

    # Debuggers define theirs when they are loaded.
    module Watch
      def method_added(name)
        super
        Debuggers.added(self, name)
      end
    end

    class << self
      def prepare(session)
        return if session.debugging?
        @session = session
        # debug.gem would start threads as soon as it is required.
        ENV["RUBY_DEBUG_ENABLE"] ||= "0"
        METHODS.each { |owner, names| names.each { |name| take(owner, name) } }
        METHODS.each_key { |owner| owner.extend(Watch) }
        look
      end

      def loaded(*)
        look
      end

      def alone(*)
        look
      end

      def after_item(*)
        look
      end

      def added(owner, name)
        return if !METHODS.fetch(owner, []).include?(name) || @busy
        take(owner, name) if theirs?(owner.instance_method(name))
        look
      end

      def call(what)
        raise Called, "#{what} was called, and a runner has no terminal. On yours: #{command}"
      end

      private

      def look
        return unless @session
        STARTS.each do |name|
          next unless ::Object.const_defined?(name) && !::Object.autoload?(name)
          starter = ::Object.const_get(name).singleton_class
          next unless starter.method_defined?(:start) && theirs?(starter.instance_method(:start))
          take(starter, :start, "#{name}.start")
        end
      end

      def theirs?(method)
        THEIRS.match?(method.source_location&.first.to_s)
      end

      def take(owner, name, what = owner == ::Binding ? "binding.#{name}" : name.to_s)
        @busy = true
        verbose = $VERBOSE
        $VERBOSE = nil
        owner.send(:define_method, name) { |*| Debuggers.call(what) }
        owner.send(:private, name) if owner == ::Kernel
      ensure
        $VERBOSE = verbose
        @busy = false
      end

      # The outermost line of the call that stands in a test file lies in its example.
      def command
        files = @session.adapter.files.map { |path| [::File.join(@session.project, path), path] }.to_h
        line = ::Kernel.caller_locations.reverse_each.find { |one| files.key?(one.absolute_path) }
        place = line ? "#{files[line.absolute_path]}:#{line.lineno}" : current
        place ? "dtest debug #{place}" : "dtest debug PATH:LINE"
      rescue ::StandardError
        "dtest debug PATH:LINE"
      end

      # An example that is defined elsewhere, as a shared one is.
      def current
        example = ::RSpec.current_example if defined?(::RSpec) && ::RSpec.respond_to?(:current_example)
        example && "'#{example.id.delete_prefix("./")}'"
      end
    end
  end

  Libraries.add(Debuggers)
end
