# frozen_string_literal: true

# As Minitest::TestTask does it.
require "minitest/autorun"

# Minitest's own verdicts, written at once and by methods that are taken before
# the project loads. A line is status, Class#method without object addresses,
# file:line and message, each as String#dump, between tabs.
class MinitestListing < Minitest::AbstractReporter
  PATH = ENV.delete("PARITY_OUT")
  OWNER = Process.pid
  OPEN = File.method(:open)
  SELF = Process.method(:pid)
  WRITE = IO.instance_method(:write)
  CLOSE = IO.instance_method(:close)
  HOME = Dir.pwd

  # As plugins do it, and beside them.
  module Hook
    def init_plugins(options)
      super
      reporter << MinitestListing.new
      MinitestListing.write("seed", options[:seed].to_s)
    end
  end

  def record(result)
    failure = result.failure
    status = failure.nil? ? "passed" : result.skipped? ? "pending" : "failed"
    title = "#{result.klass || '#<Class>'}##{result.name}".gsub(/(#<[^\s:>][^\s>]*?):0x\h+/, '\1')
    place = result.source_location.first(2).join(":").delete_prefix("#{HOME}/")
    MinitestListing.write(status, title, place, failure ? failure.message.b[0, 2_000] : "")
  end

  def self.write(*fields)
    return unless SELF.call == OWNER
    file = OPEN.call(PATH, "ab")
    WRITE.bind_call(file, fields.map { |field| field.b.dump }.join("\t") + "\n")
    CLOSE.bind_call(file)
  end
end

PARITY_FILES = ENV.delete("PARITY_FILES").split("\n").freeze
Minitest.singleton_class.prepend(MinitestListing::Hook)
