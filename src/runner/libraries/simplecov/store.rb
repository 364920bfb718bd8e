# frozen_string_literal: true

require_relative "../../captured"
require_relative "../../clock"

module Distributest
  # What the processes of a session tell each other of coverage, in files
  # beside their output: of each runner a journal with one line an item, what
  # it counted so far, and what it had counted when it had loaded the project,
  # where it did so by itself.
  class CoverageStore
    # One runner: its journal's entries, how many of them its counts include,
    # and the counts.
    Part = Struct.new(:entries, :included, :counts) do
      def lost
        entries.drop(included).map(&:path).uniq
      end
    end
    Entry = Struct.new(:path, :item, :attempt, :bad)

    def initialize(scratch)
      @home = ::File.join(scratch, "coverage")
    end

    # In a runner, before anything else of it.
    def open_for(name)
      begin
        Captured::MKDIR.call(@home, 0o700)
      rescue ::Errno::EEXIST
        nil
      end
      @name = name
      @journal = file("items", name, "ab")
    end

    def note(item, bad)
      line = "#{bad ? 1 : 0} #{item["item"]} #{item["a"]} #{item["f"]}\n"
      Captured::IO_WRITE.bind_call(@journal, line)
    end

    def keep(counts, included)
      write("counts", [included, counts])
    end

    def keep_base(counts)
      write("base", counts)
    end

    # Of all runners but the one that asks, if it is one.
    def parts
      names("items").reject { |name| name == @name }.map do |name|
        included, counts = read("counts", name) || [0, {}]
        Part.new(entries(name), included, counts)
      end
    end

    def bases
      names("base").reject { |name| name == @name }.map { |name| read("base", name) }
    end

    # Whether what was run last of any planned file was bad, or nothing was.
    def bad?(planned)
      last = {}
      names("items").flat_map { |name| entries(name) }.each do |entry|
        known = last[entry.path]
        last[entry.path] = entry unless known && ([known.item, known.attempt] <=> [entry.item, entry.attempt]) > 0
      end
      last.each_value.any?(&:bad) || planned.any? { |path| !last.key?(path) }
    end

    # Whether any runner has begun to count.
    def used?
      names("items").any?
    end

    # True in the one process that asks first.
    def first?
      file("merge", "first", ::File::WRONLY | ::File::CREAT | ::File::EXCL)
      true
    rescue ::Errno::EEXIST
      false
    end

    def finished
      file("merge", "finished", "wb")
    end

    def finished?
      names("merge").include?("finished")
    end

    # Held as long as this process, which the end of `others_gone?` waits for.
    def live
      @live = file("live", "lock", "ab")
      flock(@live, ::File::LOCK_SH)
    end

    def others_gone?
      flock(@live, ::File::LOCK_EX | ::File::LOCK_NB) == 0
    end

    private

    def path(kind, name)
      ::File.join(@home, "#{kind}.#{name}")
    end

    def file(kind, name, mode)
      io = Captured::FILE_OPEN.call(path(kind, name), mode, 0o600)
      Captured::IO_SYNC.bind_call(io, true)
      io
    end

    def flock(io, operation)
      Captured::FLOCK.bind_call(io, operation)
    end

    # Whole or not at all, whenever the process is killed.
    def write(kind, value)
      io = file(kind, "#{@name}.new", "wb")
      Captured::IO_WRITE.bind_call(io, Captured::DUMP.call(value))
      Captured::IO_CLOSE.bind_call(io)
      Captured::FILE_RENAME.call(path(kind, "#{@name}.new"), path(kind, @name))
    end

    def read(kind, name)
      Captured::RESTORE.call(Captured::FILE_READ.call(path(kind, name)))
    rescue ::Errno::ENOENT
      nil
    end

    def entries(name)
      lines = Captured::FILE_READ.call(path("items", name)).force_encoding(::Encoding::UTF_8).split("\n")
      lines.map do |line|
        bad, item, attempt, path = line.split(" ", 4)
        Entry.new(path, item.to_i, attempt.to_i, bad == "1")
      end
    end

    def names(kind)
      Captured::LIST.call("#{kind}.*", base: @home).map { |name| name.delete_prefix("#{kind}.") }
                    .reject { |name| name.end_with?(".new") }.sort
    end
  end
end
