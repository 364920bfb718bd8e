# frozen_string_literal: true

# What the events of a run add up to, and whether they keep the promises of dtest-events(7).
class Account
  STATUSES = %w[passed failed pending error crashed timed_out not_run].freeze

  attr_reader :events

  def initialize(events)
    @events = events
  end

  def end
    events.last
  end

  def counts
    self.end["counts"].reject { |_, number| number.zero? }
  end

  def verdict
    self.end["verdict"]
  end

  def examples
    kind("test.end").reject { |event| void?(event) || retried?(event) }
  end

  # {full name: status} of what counts.
  def verdicts
    examples.to_h { |event| [event["full_name"], event["status"]] }
  end

  def kind(name)
    events.select { |event| event["kind"] == name }
  end

  def planned
    (kind("run.plan").last || {})["files"].to_a.map { |file| file["path"] }
  end

  # What is wrong with it, in words; empty when it is complete.
  def faults
    return ["no events"] if events.empty?
    sequence + ends + files + sums
  end

  private

  def void?(event)
    @void ||= kind("file.requeue").map { |requeue| attempt(requeue) }
    @void.include?(attempt(event))
  end

  def retried?(event)
    @retried ||= kind("test.retry").map { |retried| attempt(retried) + [retried["id"]] }
    @retried.include?(attempt(event) + [event["id"]])
  end

  def attempt(event)
    event.values_at("path", "item", "attempt")
  end

  def sequence
    numbers = events.map { |event| event["seq"] }
    faults = []
    faults << "the numbers have gaps: #{numbers.inspect}" unless numbers == (1..numbers.size).to_a
    faults << "the first event is #{events.first["kind"]}" unless events.first["kind"] == "run.start"
    faults
  end

  def ends
    return ["the final event is #{self.end["kind"]}"] unless self.end["kind"] == "run.end" && self.end["last"]
    kind("run.end").size == 1 ? [] : ["two events run.end"]
  end

  def files
    return [] unless self.end["kind"] == "run.end"
    ended = kind("file.end").map { |event| event["path"] }
    left = self.end["not_run"].to_a.map { |entry| entry["path"] }
    planned.filter_map { |path| "#{path} has no verdict" unless ended.include?(path) || left.include?(path) } +
      ended.tally.filter_map { |path, times| "#{path} ended #{times} times" if times > 1 }
  end

  # Files that failed outside of their examples count one of what they are.
  def whole_files
    loads = kind("file.load_error").reject { |event| void?(event) }.map { "error" }
    loads + kind("file.end").select { |event| event["failure"].to_i > 0 }.map { |event| event["status"] }
  end

  def sums
    return [] unless self.end["kind"] == "run.end"
    seen = (examples.map { |event| event["status"] } + whole_files).tally
    twice = examples.map { |event| event.values_at("path", "id") }.tally.select { |_, times| times > 1 }
    STATUSES.filter_map do |status|
      said = self.end["counts"][status]
      told = seen.fetch(status, 0)
      "#{said} #{status} in the summary, #{told} told" unless status == "not_run" || said == told
    end + twice.keys.map { |name| "#{name.join(" ")} counts twice" }
  end
end
