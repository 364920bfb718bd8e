# frozen_string_literal: true

module Distributest
  # RSpec defines `describe` and its like on the top level and in every module,
  # where they would hide those of Minitest::Spec.
  module RspecGlobals
    module_function

    def hidden
      dsl = defined?(::RSpec::Core::DSL) && ::RSpec::Core::DSL
      return yield unless dsl && dsl.exposed_globally?
      names = dsl.example_group_aliases.dup
      begin
        change(dsl) { |place| names.each { |name| place.send(:remove_method, name) if own?(place, name) } }
        yield
      ensure
        names.each { |name| dsl.send(:expose_example_group_alias_globally, name) }
      end
    end

    def change(dsl)
      [dsl.top_level.singleton_class, ::Module].each { |place| yield place }
    end

    def own?(place, name)
      place.method_defined?(name, false) || place.private_method_defined?(name, false)
    rescue ::ArgumentError # before Ruby 2.6
      place.instance_methods(false).include?(name)
    end
  end
end
