# frozen_string_literal: true

module Distributest
  # Makes any string fit for the wire: valid UTF-8 and not too long.
  module Text
    MESSAGE = 64 * 1024
    NAME = 8 * 1024
    ID = 4_096

    module_function

    def clean(text, limit = MESSAGE)
      text = utf8(text)
      return text if text.bytesize <= limit
      text.byteslice(0, limit).scrub("") << "... (cut)"
    end

    def utf8(text)
      text = text.to_s
      case text.encoding
      when Encoding::UTF_8, Encoding::US_ASCII
        text.valid_encoding? ? text : text.dup.force_encoding(Encoding::UTF_8).scrub
      when Encoding::BINARY
        text.dup.force_encoding(Encoding::UTF_8).scrub
      else
        text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace)
      end
    rescue StandardError
      text.b.force_encoding(Encoding::UTF_8).scrub
    end

    # The bytes of a path are its name, whatever the locale makes of them.
    def path(text)
      text.dup.force_encoding(Encoding::UTF_8)
    end

    def id(text)
      text = utf8(text)
      return text if text.bytesize <= ID
      text.byteslice(0, ID - 32).scrub("") << "~" << text.sum(64).to_s(16)
    end

    # Cuts a list where its parts would grow beyond what a message may hold.
    def parts(list, limit = 256 * 1024)
      parts = [[]]
      size = 0
      list.each do |entry|
        weight = entry.is_a?(Array) ? entry.sum { |field| field.is_a?(String) ? field.bytesize + 5 : 9 } : entry.bytesize + 5
        if size + weight > limit && !parts.last.empty?
          parts << []
          size = 0
        end
        parts.last << entry
        size += weight
      end
      parts
    end
  end
end
