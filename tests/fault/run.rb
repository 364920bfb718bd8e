# frozen_string_literal: true

# ruby tests/fault/run.rb [--times N] [WORD...] [Minitest options]
# All tests of this folder, or the files with a WORD in their name, each fault N times (default 1). The seed that
# Minitest prints repeats them: --seed.
at = ARGV.index("--times")
ENV["FAULT_TIMES"] = ARGV.slice!(at, 2).last if at
words = ARGV.take_while { |argument| !argument.start_with?("-") }
ARGV.shift(words.size)
files = Dir[File.join(__dir__, "*_test.rb")].sort
files.select! { |file| words.any? { |word| File.basename(file).include?(word) } } unless words.empty?
files.each { |file| require file }
