# frozen_string_literal: true

# The verdicts of two runs, example by example. `differs` of expected.yml
# explains: an id, a file (all of its examples), or `all`.
class Comparison
  Difference = Struct.new(:id, :name, :ours, :theirs, :our_message, :their_message, :reason)

  attr_reader :differences

  def initialize(ours, theirs, differs = {})
    @differs = differs || {}
    ids = (ours.keys | theirs.keys).reject { |id| ours[id]&.status == theirs[id]&.status }
    @differences = ids.sort.map { |id| difference(id, ours[id], theirs[id]) }
  end

  def unexplained
    @differences.reject(&:reason)
  end

  # Reasons that explain nothing any more.
  def stale
    @differs.keys.reject { |key| @differences.any? { |one| covers?(key, one.id) } }
  end

  def table(most = @differences.size)
    more = @differences.size - most
    (@differences.first(most).map { |one| entry(one) } + (more > 0 ? ["... and #{more} more"] : [])).join("\n")
  end

  private

  def difference(id, ours, theirs)
    key = @differs.keys.find { |one| covers?(one, id) }
    Difference.new(id, (ours || theirs).name, ours&.status || "absent", theirs&.status || "absent",
                   ours&.message, theirs&.message, key && @differs[key])
  end

  def covers?(key, id)
    key == "all" || key == id || id.start_with?("./#{key}[")
  end

  def entry(one)
    ["#{one.id}  #{one.name}", "    dtest  #{one.ours}#{said(one.our_message)}",
     "    serial #{one.theirs}#{said(one.their_message)}", "    #{one.reason ? "because #{one.reason}" : 'UNEXPLAINED'}"]
  end

  def said(message)
    message.to_s.empty? ? "" : "  #{message.gsub(/\s+/, ' ')[0, 240]}"
  end
end
