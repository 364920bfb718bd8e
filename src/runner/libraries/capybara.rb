# frozen_string_literal: true

require_relative "../libraries"

module Distributest
  # Capybara's server on a port that the project fixed: each runner has one of
  # its own. Capybara takes what answers there with the application's object
  # id for its own server, and forks share that id: the tests of one runner
  # would talk to another runner's server, and to its database.
  module CapybaraLibrary
    class << self
      def forked(_session, slot)
        return unless defined?(::Capybara) && ::Capybara.respond_to?(:server_port)
        fixed = ::Capybara.server_port.to_i
        return if fixed.zero?
        own = fixed + slot - 1
        ::Capybara.server_port = own
        host = ::Capybara.app_host
        ::Capybara.app_host = host.sub(/:#{fixed}(?!\d)/, ":#{own}") if host
      end
    end
  end

  Libraries.add(CapybaraLibrary)
end
