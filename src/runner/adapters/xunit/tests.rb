# frozen_string_literal: true

require_relative "test"

module Distributest
  # Which planned file each test belongs to: the one that was being loaded
  # innermost when it was defined. Code that a class holds itself belongs to
  # the planned file it stands in; what is inherited, included or generated to
  # the file that made the class.
  class XunitTests
    # `absolute`: {absolute path => planned path}
    def initialize(absolute, frameworks)
      @planned = absolute
      @frameworks = frameworks
      @seen = Hash.new(0)
      @home = {}.compare_by_identity
      @broken = {}
    end

    # Calls the block, which loads a planned file and returns what it raised.
    def watch(path)
      exception = yield
      @broken[path] = true if exception
      fresh.each { |klass| @home[klass] = path }
      @by_file = nil
      exception
    end

    # The tests of a planned file, in the order of definition of their classes.
    def of(path)
      (@by_file ||= sort)[path] || []
    end

    def frameworks
      (@by_file ||= sort).each_value.flat_map { |tests| tests.map(&:framework) }.uniq
    end

    private

    def fresh
      @frameworks.select(&:loaded?).flat_map do |framework|
        classes = framework.classes
        new = classes.drop(@seen[framework])
        @seen[framework] = classes.size
        new
      end
    end

    def sort
      all = @frameworks.select(&:loaded?).flat_map { |one| one.classes.flat_map { |klass| one.tests(klass) } }
      files = all.group_by { |test| owner(test) }
      files.delete(nil)
      @broken.each_key { |path| files.delete(path) }
      name(files)
      files
    end

    # nil for what existed before the first planned file, as a framework's own classes do, and has no code in one.
    def owner(test)
      stands = test.own && @planned[test.file]
      return stands if stands
      made_in(test.klass) || @home[test.klass]
    end

    def made_in(klass)
      return unless ::Module.method_defined?(:const_source_location) && (name = klass.name)
      file, = ::Object.const_source_location(name)
      path = file && @planned[::File.expand_path(file)]
      # A description may be the name of another class.
      path if path && ::Object.const_get(name).equal?(klass)
    rescue ::NameError, ::TypeError, ::ArgumentError
      nil
    end

    # The first in the order of the plan keeps the bare name.
    def name(files)
      taken = {}
      @planned.each_value do |path|
        (files[path] || []).each { |test| test.id = free(test.title, path, taken) }
      end
    end

    def free(title, path, taken)
      id = Text.id(title)
      id = Text.id("#{title} (#{path})") if taken[id] && taken[id] != path
      number = 1
      id = Text.id("#{title} (#{path} #{number += 1})") while taken.key?(id)
      taken[id] = path
      id
    end
  end
end
