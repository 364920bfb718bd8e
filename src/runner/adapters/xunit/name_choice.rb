# frozen_string_literal: true

require_relative "../../failure"

module Distributest
  # What `dtest -e TEXT` and `--tag TAG` mean to a framework that knows tests by
  # the names of methods: one pattern for its -n, in which a blank may be the
  # underscore that it has become. They arrive as RSpec writes them.
  class NameChoice
    EXAMPLE = /\A--example=/m.freeze
    TAG = /\A--tag=/m.freeze
    NAME = /\A(?:-n|--na)/.freeze

    # `title`: the framework's, for people.
    def initialize(arguments, title)
      @texts, rest = arguments.partition { |one| EXAMPLE =~ one }
      @tags, @rest = rest.partition { |one| TAG =~ one }
      @title = title
    end

    # Its own arguments. Yields what people should know of it.
    def arguments
      refuse_tags unless @tags.empty?
      return @rest.map(&:dup) if @texts.empty?
      refuse_names if @rest.any? { |one| NAME =~ one }
      yield "-e is -n '#{pattern}' to #{@title}" if block_given?
      ["-n", pattern, *@rest.map(&:dup)]
    end

    private

    def pattern
      texts = @texts.map { |one| one.sub(EXAMPLE, "") }
      "/#{texts.map { |text| ::Regexp.escape(text).gsub(/\\ |_/, "[ _]") }.join("|")}/"
    end

    def refuse_tags
      raise Failure.new("#{@title} has no tags, so '#{@tags.first.sub("=", " ")}' means nothing to it: choose tests by " \
                        "name (-e TEXT) or by PATH:LINE, or RSpec's files alone (--framework rspec)", 64)
    end

    def refuse_names
      raise Failure.new("the names of tests are given twice, as -e and after '--' as -n; keep one of them", 64)
    end
  end
end
