# frozen_string_literal: true

# ruby tests/system/run.rb [WORD...] [Minitest options]
# All tests of this folder, or the files with a WORD in their name.
words = ARGV.take_while { |argument| !argument.start_with?("-") }
ARGV.shift(words.size)
files = Dir[File.join(__dir__, "*_test.rb")].sort
files.select! { |file| words.any? { |word| File.basename(file).include?(word) } } unless words.empty?
files.each { |file| require file }
