# frozen_string_literal: true

require "json"
require "open3"
require "tempfile"

# Holds every event that the tests see against the schema that dtest prints. Events of the same shape are looked at
# once: the first of each, when the tests are over.
module Schema
  PYTHON = %w[python3 /usr/bin/python3].find { |name| system(name, "-c", "import jsonschema", err: File::NULL) }
  CHECK = <<~CODE
    import json, sys, jsonschema
    validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
    jsonschema.Draft202012Validator.check_schema(validator.schema)
    bad = 0
    for line in sys.stdin:
        for error in validator.iter_errors(json.loads(line)):
            bad += 1
            print(error.message[:300], "at", list(error.absolute_path), "in", line[:300])
    sys.exit(bad > 0)
  CODE

  @samples = {}

  module_function

  def take(events)
    events.each { |event| @samples[shape(event)] ||= event }
  end

  # What was taken since the last call. Returns what is wrong, or nil.
  def complaint(dtest)
    return if @samples.empty?
    return warn("events were not held against the schema: no Python with jsonschema") unless PYTHON
    Tempfile.create("schema") do |file|
      file.write(Open3.capture2(dtest, "events", "--schema").first)
      file.close
      told, status = Open3.capture2e(PYTHON, "-c", CHECK, file.path, stdin_data: lines)
      status.success? ? nil : told
    end
  end

  def lines
    @samples.values.map { |event| "#{JSON.generate(event)}\n" }.join
  end

  # Names and types, those of values inside too.
  def shape(value)
    case value
    when Hash then value.map { |key, inner| [key, key == "kind" ? inner : shape(inner)] }
    when Array then value.map { |inner| shape(inner) }.uniq
    when Integer then value.negative? ? :negative : :integer
    else value.class
    end
  end
end

Minitest.after_run do
  complaint = Schema.complaint(Scene::DTEST)
  abort "events that the schema of dtest events --schema refuses:\n#{complaint}" if complaint
end
