# frozen_string_literal: true

module Distributest
  # RSpec defines `describe` and its like on the top level and in every module,
  # where they would hide those of Minitest::Spec.
  module RspecGlobals
    module_function

    def hidden(&block)
      dsl = defined?(::RSpec::Core::DSL) && ::RSpec::Core::DSL
      return yield unless dsl && dsl.respond_to?(:top_level)
      dsl.exposed_globally? ? without(dsl, &block) : allowed(dsl, &block)
    end

    def without(dsl)
      names = dsl.example_group_aliases.dup
      change(dsl) { |place| names.each { |name| place.send(:remove_method, name) if own?(place, name) } }
      yield
    ensure
      names.each { |name| dsl.send(:expose_example_group_alias_globally, name) }
    end

    # disable_monkey_patching! has not removed them but undefined them, which stops those of Kernel as well; in
    # RSpec's files it still has to, or they would define tests of Minitest.
    def allowed(dsl)
      names = dsl.example_group_aliases.dup
      change(dsl) { |place| names.each { |name| define(place, name).send(:remove_method, name) } }
      yield
    ensure
      change(dsl) { |place| names.each { |name| define(place, name).send(:undef_method, name) } }
    end

    def define(place, name)
      place.send(:define_method, name) {}
      place
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
