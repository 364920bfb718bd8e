# frozen_string_literal: true

# DTEST=/absolute/path/of/dtest ruby tests/parity/run.rb [Minitest options]

require "minitest/autorun"
Dir[File.join(__dir__, "*_test.rb")].sort.each { |file| require file }
