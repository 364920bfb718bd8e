# frozen_string_literal: true

require_relative "../failure"

module Distributest
  # What the boot process and the runners ask of a test framework, in the
  # order of the calls. Everything up to `settle` happens once, in the boot
  # process, or in each runner where nothing is preloaded.
  #
  #   prepare            load the framework; Failure when there is none
  #   configure          its options and the project's helper; Failure
  #   name, version, seed, files   for the plan; files are relative paths
  #   load(file)         load a test file, remember what it defined or raised
  #   settle { |text| }  all is loaded: apply filters; yields remarks
  #   arm                in a runner: from here on tests run in this process
  #   suite(report) { }  suite hooks around the block
  #   loaded?(file), load_time(file), failure(file)   [exception...] or nil
  #   select(file, ids)  a selection: `list` as [[id, line, name]...]
  #   run(selection, report)
  #   suite_failure      [exception...] when the suite hooks failed, or nil
  module Adapters
    module_function

    def choose(options, project)
      case options["framework"] || "auto"
      when "rspec" then rspec(options, project)
      when "auto"
        return rspec(options, project) if rspec?(options["paths"] || [], project)
        raise Failure, "no test framework found: looked for .rspec, spec/"
      else
        raise Failure, "unknown test framework: #{options['framework']}"
      end
    end

    def rspec?(paths, project)
      paths.any? { |path| path =~ /_spec\.rb(\z|[:\[])/ } ||
        ::File.exist?(::File.join(project, ".rspec")) ||
        ::File.directory?(::File.join(project, "spec"))
    end

    def rspec(options, project)
      require_relative "rspec"
      RspecAdapter.new(options, project)
    end
  end
end
