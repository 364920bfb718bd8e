# frozen_string_literal: true

require_relative "../exceptions"

module Distributest
  # Minitest wraps errors, filters backtraces, and puts differences into messages.
  class MinitestExceptions < Exceptions
    DIFF = /^--- expected\n\+\+\+ actual\n/.freeze

    private

    def parts(exception)
      [exception.error] if ::Minitest::UnexpectedError === exception && !exception.error.equal?(exception)
    end

    def chosen(trace)
      ::Minitest.filter_backtrace(trace)
    rescue ::StandardError
      trace
    end

    def split(message)
      at = message.index(DIFF)
      return [message, nil] unless at
      text = message[0...at].sub(/\.?\n*\z/, "")
      [text.empty? ? "Expected and actual differ." : text, message[at..-1]]
    end
  end
end
