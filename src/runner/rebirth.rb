# frozen_string_literal: true

require "tmpdir"
require_relative "captured"
require_relative "msgpack"

module Distributest
  # Lets the boot process begin again with a clean slate: the same command in
  # the environment that it was started in. Its options survive in a file
  # without a name.
  class Rebirth
    VARIABLE = "DTEST_BOOT_OPTIONS"

    attr_reader :options, :sent

    def initialize
      fd = ENV.delete(VARIABLE)
      @options, @sent = fd ? recall(fd.to_i) : [nil, 0]
      @environment = ENV.to_h
      @command = command
      @home = ::Dir.pwd
    end

    def again(options, sent)
      file = remember([options, sent])
      Captured::EXEC.call(@environment.merge(VARIABLE => file.fileno.to_s), [::RbConfig.ruby, @command.first],
                          *@command.drop(1), :unsetenv_others => true, :chdir => @home, file.fileno => file.fileno)
    end

    private

    # As it was before any title replaced it.
    def command
      ::File.binread("/proc/self/cmdline").split("\0")
    rescue ::SystemCallError
      [::RbConfig.ruby, $PROGRAM_NAME, *ARGV]
    end

    def remember(life)
      path = ::File.join(::Dir.tmpdir, "dtest-boot-#{$$}-#{rand(1 << 32)}")
      # Rails sets a default encoding, which this is not a text in.
      file = ::File.open(path, ::File::RDWR | ::File::CREAT | ::File::EXCL, 0o600).binmode
      ::File.unlink(path)
      file.write(Msgpack.pack(life))
      file.flush
      file.rewind
      file
    end

    def recall(fd)
      file = ::IO.for_fd(fd, "rb")
      file.sysseek(0)
      Msgpack.unpack(file.read)
    ensure
      file&.close
    end
  end
end
