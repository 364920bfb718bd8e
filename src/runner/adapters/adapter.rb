# frozen_string_literal: true

require_relative "../failure"
require_relative "choice"

module Distributest
  # What the boot process and the runners ask of a test framework, in the
  # order of the calls. Everything up to `settle` happens once, in the boot
  # process, or in each runner where nothing is preloaded.
  #
  #   prepare            find the framework; Failure when there is none
  #   configure          its options and the project's helper; Failure
  #   frameworks         [[name, version]...], seed, files   for the plan; files are relative paths
  #   looked_for         where files would have been found, for people
  #   load(file)         load a test file, remember what it defined or raised
  #   settle { |text| }  all is loaded: apply filters; yields remarks
  #   arm                in a runner: from here on tests run in this process
  #   suite(report) { }  suite hooks around the block
  #   loaded?(file), load_time(file), failure(file)   [exception...] or nil
  #   select(file, ids)  a selection: `list` as [[id, line, name]...]
  #   run(selection, report)
  #   report = report    where errors outside of items go
  #   suite_failure      [exception...] when the suite hooks failed, or nil
  #
  # RspecAdapter is one. XunitAdapter is another, for all frameworks whose
  # tests are methods of classes; xunit.rb says what it asks of each of them.
  module Adapters
    module_function

    def choose(options, project)
      adapters = Choice.new(options, project).adapters
      return adapters.first if adapters.size == 1
      require_relative "composite"
      CompositeAdapter.new(adapters, options)
    end
  end
end
