# frozen_string_literal: true

require "json"

# What a reader makes of `dtest --events FILE`: the accepted verdict of each
# example and file, and everything that contradicts the manual (`problems`).
class EventLog
  Verdict = Struct.new(:id, :status, :name, :message, :attempt, :runner)

  COUNTED = %w[passed failed pending error crashed timed_out not_run].freeze

  attr_reader :verdicts, :files, :errors, :problems, :finish, :plan, :requeued, :notes

  def initialize(lines)
    @verdicts = {}
    @files = {}
    @errors = []
    @problems = []
    @requeued = []
    @notes = []
    @attempts = Hash.new { |attempts, try| attempts[try] = [] }
    @items = {}
    @load_errors = {}
    @of_files = Hash.new(0)
    read(lines.map { |line| JSON.parse(line) })
  end

  def self.read(file)
    new(File.exist?(file) ? File.readlines(file, encoding: "UTF-8") : [])
  rescue JSON::ParserError => e
    raise "#{file}: a line is not JSON: #{e.message[0, 200]}"
  end

  def statuses
    @verdicts.transform_values(&:status)
  end

  # Files whose outcome is not that all of their examples ran.
  def outcomes
    @items.values.to_h { |event| [event["path"], outcome(event)] }.reject { |_, outcome| outcome == "done" }
  end

  # Each runner has suite hooks of its own: what fails in all of them counts once.
  def distinct_errors
    @errors.map { |error| [error["where"], error["exception"].values_at("class", "message"), error["path"]] }.uniq
  end

  def exit_code
    @finish && @finish["exit_code"]
  end

  def seed
    @plan && @plan["seed"]
  end

  private

  def read(events)
    check_frame(events)
    events.each { |event| take(event) }
    check_account
  end

  def check_frame(events)
    return @problems << "the event file is empty" if events.empty?
    gap = events.each_with_index.find { |event, index| event["seq"] != index + 1 }
    @problems << "seq #{gap[0]['seq']} stands at line #{gap[1] + 1}" if gap
    @problems << "the last event is #{events.last['kind']}, not run.end" unless events.last["kind"] == "run.end"
    marked = events.select { |event| event["last"] }
    @problems << "#{marked.size} events have `last`" unless marked == [events.last]
  end

  def take(event)
    case event["kind"]
    when "run.plan" then @plan = event
    when "test.end" then @attempts[try(event)] << event
    when "test.error" then @errors << event
    when "log" then @notes << event["text"]
    when "file.load_error" then @load_errors[try(event)] = event
    when "file.end" then accept(event)
    when "file.requeue" then void(event)
    when "run.end" then finish_with(event)
    end
  end

  def try(event)
    event.values_at("path", "item", "attempt")
  end

  def outcome(event)
    return "load_error" if @load_errors[try(event)]
    %w[crashed timed_out].include?(event["status"]) ? event["status"] : "done"
  end

  def void(event)
    @requeued << event
    @attempts.delete(try(event))
    @load_errors.delete(try(event))
    @errors.reject! { |error| error["attempt"] > 0 && try(error) == try(event) }
  end

  def accept(event)
    item = event.values_at("path", "item")
    @problems << "two attempts of #{item.join(' item ')} are accepted" if @items[item]
    @items[item] = event
    worse(event["path"], event["status"])
    @of_files["error"] += 1 if @load_errors[try(event)]
    @of_files[event["status"]] += 1 if event["failure"] > 0
    (@attempts.delete(try(event)) || []).each { |test| enter(test) }
  end

  # What did not run has no event of its own.
  def finish_with(event)
    @finish = event
    event["not_run"].each do |entry|
      next @of_files["not_run"] += 1 if entry["id"].to_s.empty?
      enter("id" => entry["id"], "status" => "not_run", "full_name" => "", "reason" => entry["reason"])
    end
  end

  def worse(path, status)
    @files[path] = status unless @files[path] && COUNTED.index(@files[path]).to_i > COUNTED.index(status).to_i
  end

  def enter(test)
    @problems << "#{test['id']} has two verdicts" if @verdicts[test["id"]]
    message = (test["exceptions"] || []).map { |one| "#{one['class']}: #{one['message']}" }.join(" | ")
    message = test["reason"] if message.empty? && test["reason"]
    @verdicts[test["id"]] = Verdict.new(test["id"], test["status"], test["full_name"], message, test["attempt"], test["runner"])
  end

  def check_account
    return unless @finish
    @attempts.each { |try, tests| @problems << "#{tests.size} verdicts of #{try.inspect} are neither accepted nor void" }
    check_counts
    missing = planned - @files.keys - (@finish["not_run"] || []).map { |entry| entry["path"] }
    @problems << "planned and not accounted for: #{missing.first(5).join(', ')}" if missing.any?
  end

  def planned
    @plan ? @plan["files"].map { |file| file["path"] } : []
  end

  def check_counts
    counted = @verdicts.each_value.map(&:status).tally
    COUNTED.each do |status|
      here = (counted[status] || 0) + @of_files[status]
      there = @finish["counts"][status]
      @problems << "run.end counts #{there} #{status}, the events have #{here}" unless here == there
    end
  end
end
