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
      @home = {}.compare_by_identity
      @broken = {}
    end

    # Calls the block, which loads a planned file and returns what it raised.
    # Before the first one, classes may have come with a required file; once
    # tests have run, they may be what those made for themselves.
    def watch(path)
      fresh.each { |klass| @home[klass] = nil } if @by_file
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

    # New classes stand at the end of the list.
    def fresh
      present.flat_map { |one| one.classes.reverse_each.take_while { |klass| !@home.key?(klass) }.reverse }
    end

    def present
      @frameworks.select(&:loaded?)
    end

    # A project may have taken classes out of its framework's list.
    def sort
      tests = present.flat_map do |framework|
        framework.classes.select { |klass| @home[klass] }.flat_map { |klass| framework.tests(klass) }
      end
      files = tests.group_by { |test| owner(test) }
      @broken.each_key { |path| files.delete(path) }
      name(files)
      files
    end

    def owner(test)
      stands = test.own && @planned[test.file]
      return stands if stands
      made_in(test.klass) || @home[test.klass]
    end

    def made_in(klass)
      return unless ::Module.method_defined?(:const_source_location) && (name = klass.name)
      file, = ::Object.const_source_location(name)
      path = file && @planned[Text.path(::File.expand_path(file))]
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
