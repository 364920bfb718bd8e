# frozen_string_literal: true

require "socket"

# A program: ruby wiretap.rb FILE
# Writes to FILE whatever passes the network of the host where it runs, until it is ended.
ETHERNET = 17
EVERYTHING = [3].pack("n").unpack1("S")
tap = Socket.new(ETHERNET, Socket::SOCK_RAW, EVERYTHING)
File.open(ARGV.fetch(0), "wb") do |file|
  file.sync = true
  $stdout.puts "listens"
  $stdout.flush
  loop { file.write(tap.recv(65_536)) }
end
