# frozen_string_literal: true

require_relative "../../clock"
require_relative "../../exits"
require_relative "../../failure"
require_relative "../../text"
require_relative "foreign"

module Distributest
  # The planned files, and what each defined when it was loaded. A group
  # belongs to the planned file that its definition stands in, otherwise to
  # the one being loaded.
  class RspecFiles
    Loaded = Struct.new(:time, :exceptions)

    attr_reader :paths

    def initialize(absolute, project, exceptions)
      @exceptions = exceptions
      @absolute = absolute.uniq.to_h { |path| [relative(path, project), path] }
      @paths = @absolute.keys
      @names = @absolute.invert
      @loaded = {}
      @groups = Hash.new { |groups, path| groups[path] = [] }
      @counted = {}.compare_by_identity
      ::RSpec.configuration.on_example_group_definition { |group| @counted[group] = true }
    end

    def load(path)
      start = Clock.now
      groups = ::RSpec.world.example_groups
      before = groups.size
      foreign = RspecForeign.classes
      exception = attempt(@absolute.fetch(path) { ::File.expand_path(path) })
      exception ||= RspecForeign.since(foreign)
      fresh = groups.drop(before)
      exception ? forget(fresh) : keep(fresh, path)
      @loaded[path] = Loaded.new(Clock.now - start, exception && @exceptions.describe(exception))
    end

    def loaded?(path)
      @loaded.key?(path)
    end

    def [](path)
      @loaded[path]
    end

    def size
      @loaded.size
    end

    def groups(path)
      @groups.key?(path) ? @groups[path] : []
    end

    # The order of a run over all files, cut up by file.
    def sort(ordered)
      place = {}.compare_by_identity
      ordered.each_with_index { |group, number| place[group] = number }
      @groups.each_value { |groups| groups.sort_by! { |group| place[group] || ordered.size } }
    end

    private

    def relative(path, project)
      return Text.path(path.delete_prefix(project + "/")) if path.start_with?(project + "/")
      raise Failure.new("#{path} is outside of the project #{project}", 64)
    end

    def attempt(absolute)
      ::Kernel.load(absolute)
      ::RSpec.configuration.loaded_spec_files << absolute
      nil
    rescue ::Exception => e # rubocop:disable Lint/RescueException
      Exits.let_through(e)
      e
    end

    def keep(groups, path)
      groups.each do |group|
        owner = @names[group.metadata[:absolute_file_path]] || path
        @groups[owner] << group
      end
    end

    # Half a file is no file; its ids must be free for another definition.
    def forget(groups)
      world = ::RSpec.world
      groups.each do |group|
        world.example_groups.delete(group)
        next unless @counted.delete(group)
        world.example_group_counts_by_spec_file[group.metadata[:absolute_file_path]] -= 1
      end
    end
  end
end
