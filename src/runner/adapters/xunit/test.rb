# frozen_string_literal: true

require_relative "../../text"

module Distributest
  # One test of an xUnit framework. `file` (absolute), `line` and `last` are
  # where its code stands; `own` says that its class defines it itself, and
  # does not inherit or include it. `id` is given by XunitTests.
  class XunitTest
    attr_reader :framework, :klass, :name, :label, :file, :line, :own
    attr_accessor :id

    ADDRESS = /(#<[^\s:>][^\s>]*?):0x\h+/.freeze

    # `name` is unique within the class: a method, or method(data label).
    # `code` is the UnboundMethod behind it, or nil.
    def initialize(framework, klass, name, code)
      @framework = framework
      @klass = klass
      @name = Text.clean(XunitTest.plain(name), Text::NAME)
      @label = XunitTest.label(klass)
      @code = code
      @own = code && code.owner.equal?(klass)
      @file, @line = code && code.source_location
      @file &&= Text.path(::File.expand_path(@file))
    end

    # The last line of its code, as far as Ruby can tell.
    def last
      @last ||= [line, ending].compact.max
    end

    # What the name of its class and its own say together.
    def title
      "#{@label}##{@name}"
    end

    # The name of a class without the address of any object.
    def self.label(klass)
      Text.clean(plain((klass.name || klass.to_s).to_s), Text::NAME)
    end

    def self.plain(text)
      Text.utf8(text.to_s).gsub(ADDRESS, '\1')
    end

    private

    def ending
      return unless @code && defined?(::RubyVM::InstructionSequence)
      instructions = ::RubyVM::InstructionSequence.of(@code)
      instructions && instructions.trace_points.map(&:first).max
    rescue ::StandardError
      nil
    end
  end
end
