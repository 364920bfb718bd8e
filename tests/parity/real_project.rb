# frozen_string_literal: true

require "fileutils"
require "open3"
require "yaml"

# One project of projects.yml, checked out under a directory: where it is, which files its own command runs, and the
# bundle that it gets, of gems that are installed.
class RealProject
  LIST = File.expand_path("projects.yml", __dir__)

  attr_reader :name

  def self.all(root)
    YAML.safe_load(File.read(LIST)).map { |name, entry| new(name, entry, File.expand_path(root)) }
  end

  def initialize(name, entry, root)
    @name = name
    @entry = entry
    @root = root
  end

  def path
    File.join(@root, File.basename(@entry["repository"]), @entry.fetch("directory", "."))
  end

  def there?
    File.directory?(path)
  end

  def framework
    @entry["framework"]
  end

  def version
    @entry["tag"]
  end

  def files
    return unless @entry["files"]
    Dir.glob(@entry["files"], base: path).sort - Dir.glob(@entry.fetch("exclude", ""), base: path)
  end

  def flags(bundle)
    flags = bundle ? [] : ["--bundler=off"]
    flags << "--exclude=#{@entry['exclude']}" if @entry["exclude"]
    @entry["name_files"] ? flags + files : flags
  end

  # What is to be tried: without a bundle, with one.
  def bundles
    @entry["only_with_bundle"] ? [true] : @entry["gems"] ? [false, true] : [false]
  end

  def environment(bundle)
    bundle ? { "BUNDLE_GEMFILE" => gemfile, "BUNDLE_LOCAL" => "true" } : {}
  end

  # A serial run has its bundle as `bundle exec` gives it.
  def serial_environment(bundle)
    bundle ? environment(bundle).merge("RUBYOPT" => "-rbundler/setup") : {}
  end

  private

  # Resolved once, from what is installed; beside the project, which is left as it is.
  def gemfile
    directory = File.join(@root, "bundles", @name)
    file = File.join(directory, "Gemfile")
    return file if File.exist?(File.join(directory, "Gemfile.lock"))
    FileUtils.mkdir_p(directory)
    File.write(file, "source 'https://rubygems.org'\n" + @entry["gems"].map { |gem, place| line(gem, place) }.join)
    said, status = Open3.capture2e({ "BUNDLE_GEMFILE" => file }, "bundle", "lock", "--local", chdir: directory)
    raise "no bundle for #{@name}:\n#{said}" unless status.success?
    file
  end

  def line(gem, place)
    place ? "gem #{gem.inspect}, path: #{File.expand_path(place, path).inspect}\n" : "gem #{gem.inspect}\n"
  end
end
