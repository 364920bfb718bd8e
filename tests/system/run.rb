# frozen_string_literal: true

# Runs all tests of this folder, or those whose file names contain an argument.
words = ARGV.reject { |argument| argument.start_with?("-") }
ARGV.select! { |argument| argument.start_with?("-") }
files = Dir[File.join(__dir__, "*_test.rb")].sort
files.select! { |file| words.any? { |word| File.basename(file).include?(word) } } unless words.empty?
files.each { |file| require file }
