# frozen_string_literal: true

# ruby tests/runner/run.rb [Minitest options]

require "minitest/autorun"
Dir[File.join(__dir__, "*_test.rb")].sort.each { |file| require file }
