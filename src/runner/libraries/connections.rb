# frozen_string_literal: true

require "socket"
require_relative "../captured"
require_relative "../libraries"

module Distributest
  # Connections that the boot process has when the project is loaded, and that
  # no library closed: forked runners would all talk through the same one.
  module ConnectionsLibrary
    class << self
      def prepare(_session)
        @before = sockets
      end

      # A project with the hook for it opens them again itself.
      def obstacle(session, failure)
        return if failure || session.options["hooks"].to_h["after_fork"]
        peer = (sockets - @before).map { |fd, _| peer(fd) }.compact.first
        peer && "a connection to #{peer} is open after the project was loaded " \
                "(.distributest/after_fork.rb can renew it)"
      end

      private

      # [[descriptor, "socket:[inode]"]...]; none where there is no /proc.
      def sockets
        all = ::Dir.children("/proc/self/fd").map { |fd| [fd.to_i, target(fd)] }
        all.select { |_, what| what.start_with?("socket:") }
      rescue ::SystemCallError
        []
      end

      def target(fd)
        ::File.readlink("/proc/self/fd/#{fd}")
      rescue ::SystemCallError
        ""
      end

      # Datagrams (syslog, statsd) may well be sent by several; a pair of
      # sockets within the process has no name.
      def peer(fd)
        socket = ::Socket.for_fd(fd)
        socket.autoclose = false
        return unless socket.getsockopt(:SOCKET, :TYPE).int == ::Socket::SOCK_STREAM
        address = socket.remote_address
        return address.inspect_sockaddr unless address.unix?
        address.unix_path unless address.unix_path.empty?
      rescue ::SystemCallError, ::SocketError
        nil
      end
    end
  end

  Libraries.add(ConnectionsLibrary)
end
