# frozen_string_literal: true

require_relative "captured"
require_relative "failure"

module Distributest
  # The options of a session from a file of JSON. It is read in a child: the
  # project's bundle may want another version of the json gem than the one that
  # would be loaded here.
  module DebugOptions
    module_function

    def read(path)
      reader, writer = Captured::PIPE.call
      child = Captured::FORK.call { tell(path, writer) }
      writer.close
      options = reader.binmode.read
      Captured::WAIT.call(child)
      raise Failure.new("cannot read the options in #{path.inspect}", 70) if options.empty?
      Captured::RESTORE.call(options)
    ensure
      reader&.close
    end

    def tell(path, writer)
      require "json"
      writer.binmode.write(Captured::DUMP.call(::JSON.parse(Captured::FILE_READ.call(path))))
      writer.close
      Captured::EXIT_NOW.call(0)
    rescue ::StandardError => e
      $stderr.puts("dtest debug: #{e.message}")
      Captured::EXIT_NOW.call(70)
    end
  end
end
