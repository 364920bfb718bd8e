# frozen_string_literal: true

# Holds the account of a run against the suite that was run and against what the examples themselves noted.
class Judge
  # Its process may have been killed when it had said that the example begins, and nothing more.
  UNSEEN = %w[not_run crashed].freeze

  # `planted`: {full name: [status...]} of examples of which something else may become than if nothing happened.
  def initialize(suite, account, planted: {})
    @suite = suite
    @account = account
    @planted = planted
  end

  def faults
    faults = @account.faults
    faults.empty? ? lost + doubled + wrong : faults
  end

  # Examples that ended with no verdict and are not among those that were not run.
  def lost
    return [] if @account.planned.empty? && @account.end["exit_code"] != 0 # it ended before anybody knew what there is
    told = @account.verdicts
    @suite.examples.reject { |example| told.key?(example.full_name) || not_run?(example) || whole?(example) }
           .map { |example| "#{example.full_name} is lost" }
  end

  # Examples that ran more often than their file was started, and those that count twice.
  def doubled
    names = @account.examples.map { |event| event["full_name"] }.tally
    tries = @account.kind("file.start").map { |event| event.values_at("path", "attempt") }.uniq.map(&:first).tally
    untold = @account.kind("node.lost").size # the last that it began may not have been told any more
    ran = @suite.ran
    @suite.examples.filter_map do |example|
      times = ran.fetch(example.full_name, 0)
      if names.fetch(example.full_name, 0) > 1 then "#{example.full_name} counts twice"
      elsif times > tries.fetch(example.path, 0) + untold then "#{example.full_name} ran #{times} times"
      end
    end
  end

  # Verdicts that are not what the example is, or that nothing stands behind.
  def wrong
    ran = @suite.ran
    own = @suite.verdicts
    @account.verdicts.filter_map do |name, status|
      if !own.key?(name) then "#{name} is none of ours"
      elsif !allowed(name, own[name]).include?(status) then "#{name} is #{status}, not #{allowed(name, own[name])}"
      elsif !UNSEEN.include?(status) && !ran.key?(name) then "#{name} is #{status} and never ran"
      end
    end
  end

  private

  def allowed(name, own)
    @planted.fetch(name, [own])
  end

  def not_run?(example)
    (@account.end["not_run"] || []).any? do |entry|
      entry["path"] == example.path && (entry["id"].empty? || entry["id"] == example.id)
    end
  end

  # The file is bad as a whole: it did not load, or its runner ended before an example began.
  def whole?(example)
    bad = @account.kind("file.load_error") + @account.kind("file.end").select { |event| event["failure"].to_i > 0 }
    bad.any? { |event| event["path"] == example.path }
  end
end
