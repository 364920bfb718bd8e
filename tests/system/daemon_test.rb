# frozen_string_literal: true

require_relative "support"

# dtestd on its own.
class DaemonTest < SystemTest
  def endpoints
    ["--listen", "ipc://#{place("w")}", "--results-listen", "ipc://#{place("p")}"]
  end

  def serving
    daemon = dtestd(*endpoints)
    wait("both sockets") { File.socket?(place("w")) && File.socket?(place("p")) }
    wait("its line of welcome") { daemon.err.include?("takes work at") }
    daemon
  end

  %w[TERM INT].each do |name|
    define_method("test_ends_on_#{name}") do
      daemon = serving
      daemon.signal(name)
      daemon.finish
      assert_exit 0, daemon
      refute File.exist?(place("w")), "the socket is left"
      refute File.exist?(place("p")), "the socket is left"
      assert_nothing_left
    end
  end

  def test_idle_size
    daemon = serving
    kb = Machine.resident_kb(daemon.pid)
    puts format("idle dtestd: %.1f MiB resident", kb / 1024.0)
    assert_operator kb, :<=, 10 * 1024 unless Machine.sanitized?(DTESTD)
  end

  def test_taken_endpoint
    serving
    second = dtestd(*endpoints).finish
    assert_exit 69, second
    assert_match(/#{Regexp.escape(place("w"))}.*(in use|taken|another)/m, second.err)
    assert File.socket?(place("w")), "the first one's socket is gone"
  end

  def test_socket_of_a_dead_daemon_is_replaced
    daemon = serving
    daemon.signal(:KILL)
    daemon.finish
    second = dtestd(*endpoints)
    wait("its line of welcome") { second.err.include?("takes work at") }
    second.signal(:TERM)
    assert_exit 0, second.finish
  end

  def test_tcp_without_a_key
    daemon = dtestd("--listen", "tcp://127.0.0.1:7710", "--results-listen", "ipc://#{place("p")}").finish
    assert_exit 78, daemon
    assert_match(/no key file .*dtest keygen --node/, daemon.err)
  end

  def test_path_too_long
    daemon = dtestd("--listen", "ipc://#{place("w" * 120)}", "--results-listen", "ipc://#{place("p")}").finish
    assert_exit 64, daemon
    assert_match(/107|too long/, daemon.err)
  end

  def test_missing_directory
    daemon = dtestd("--listen", "ipc://#{place("no/w")}", "--results-listen", "ipc://#{place("p")}").finish
    assert_exit 78, daemon
    assert_match(%r{no/w}, daemon.err)
  end

  def test_same_endpoint_twice
    daemon = dtestd("--listen", "ipc://#{place("w")}", "--results-listen", "ipc://#{place("w")}").finish
    assert_exit 64, daemon
    assert_match(/cannot both/, daemon.err)
  end

  def test_default_endpoints
    daemon = dtestd
    wait("both sockets") { %w[work results].all? { |name| File.socket?("#{root}/r/distributest/#{name}") } }
    assert_equal "700", (File.stat("#{root}/r/distributest").mode & 0o777).to_s(8)
    daemon.signal(:TERM)
    assert_exit 0, daemon.finish
  end

  def test_one_endpoint
    daemon = dtestd("--listen", "ipc://#{place("w")}").finish
    assert_exit 64, daemon
    assert_match(/--results-listen/, daemon.err)
  end

  def test_help_and_version
    assert_match(/--results-listen/, dtestd("--help").finish.out)
    assert_match(/\Adtestd \d/, dtestd("--version").finish.out)
  end

  def test_unknown_flag
    daemon = dtestd("--lisen", "x").finish
    assert_exit 64, daemon
    assert_match(/--lisen.*--listen/m, daemon.err)
  end

  def test_rubbish_on_the_work_pipe_is_refused
    daemon = serving
    require "socket"
    UNIXSocket.open(place("w")) { |socket| socket.write("GET / HTTP/1.1\r\n\r\n" * 100) }
    UNIXSocket.open(place("p")) { |socket| socket.write("\xff" * 4096) }
    daemon.signal(:TERM)
    assert_exit 0, daemon.finish
  end
end
