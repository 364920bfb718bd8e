# frozen_string_literal: true

require_relative "../../text"

module Distributest
  # The examples of a file that an item asks for, in the order of their run.
  class RspecSelection
    attr_reader :examples, :groups, :missing

    def initialize(groups, ids)
      @wanted = ids && ids.map { |id| [id, true] }.to_h
      @examples = groups.flat_map { |group| walk(group) }
      @chosen = @examples.to_h { |example| [example, true] }.compare_by_identity
      @groups = groups.select { |group| group.descendants.any? { |one| chosen(one).any? } }
      @missing = ids ? ids - @examples.map { |example| Text.id(example.id) } : []
    end

    def list
      @examples.map do |example|
        data = example.metadata
        [Text.id(example.id), data[:line_number], Text.clean(example.full_description, Text::NAME)]
      end
    end

    # Shows RSpec only what was chosen while the block runs.
    def narrow
      return yield unless @wanted
      filtered = ::RSpec.world.filtered_examples
      all = @groups.flat_map(&:descendants)
      before = all.to_h { |group| [group, filtered[group]] }
      begin
        all.each { |group| show(group, chosen(group)) }
        yield
      ensure
        before.each { |group, examples| show(group, examples) }
      end
    end

    private

    def walk(group)
      strategy = group.ordering_strategy
      own = strategy.order(group.filtered_examples)
      own = own.select { |example| @wanted.key?(Text.id(example.id)) } if @wanted
      own + strategy.order(group.children).flat_map { |child| walk(child) }
    end

    def chosen(group)
      return group.filtered_examples unless @wanted
      group.filtered_examples.select { |example| @chosen.key?(example) }
    end

    def show(group, examples)
      ::RSpec.world.filtered_examples[group] = examples
      # Memoised since the first look; what is left of it runs context hooks.
      group.instance_variable_set(:@descendant_filtered_examples, nil)
    end
  end
end
