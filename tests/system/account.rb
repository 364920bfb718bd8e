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
    sequence + ends + files + sums + past
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

  # What a void attempt said or announced is not forgotten, and what is good after it was bad is flaky. What stands of
  # void attempts is told once more, with attempt 0.
  def past
    return [] unless self.end["kind"] == "run.end"
    told = kind("test.end").select { |event| void?(event) }.map { |event| event.values_at("path", "id", "status") } +
           kind("file.requeue").map { |event| [event["path"], event["running"], "crashed"] }
    told.reject! { |_, id, _| id.to_s.empty? }
    final = examples.to_h { |event| [event.values_at("path", "id"), event] }
    told.filter_map { |path, id, _| "#{path} #{id} was told and is forgotten" unless final.key?([path, id]) } +
      unflaky(told, final) + announced(final)
  end

  def unflaky(told, final)
    told.filter_map do |path, id, status|
      event = final[[path, id]]
      next if event.nil? || event["attempt"] == 0 || event["flaky"] || %w[passed pending].include?(status)
      "#{path} #{id} was #{status} and is not flaky" if %w[passed pending].include?(event["status"])
    end
  end

  def announced(final)
    whole = self.end["not_run"].to_a.select { |entry| entry["id"].to_s.empty? }.map { |entry| entry["path"] }
    ids = (final.keys + self.end["not_run"].to_a.map { |entry| entry.values_at("path", "id") }).uniq.group_by(&:first)
    kind("file.requeue").filter_map do |event|
      known = ids.fetch(event["path"], []).size
      "#{event["path"]} announced #{event["announced"]}, #{known} are known" if known < event["announced"].to_i &&
                                                                              !whole.include?(event["path"])
    end
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
