#include "virtual_boot.hpp"

#include "virtual_runner.hpp"

namespace dtest::simulation {

void VirtualBoot::begin() {
  if (shared_.random.chance(shared_.scenario.boot_no_ruby)) {
    shared_.saw(Fault::boot_no_ruby);
    later(shared_.some(100'000), [this] { die("exit 2"); });
    return;
  }
  if (shared_.random.chance(shared_.scenario.boot_refused)) {
    shared_.saw(Fault::boot_refused);
    later(shared_.some(100'000), [this] { die("exit 78"); });  // with a word why: it is too old a Ruby
    return;
  }
  later(shared_.some(100'000), [this] { say(protocol::LocalHello{pid(), "3.3.1"}); });
}

void VirtualBoot::hear(const protocol::LocalWork& work) {
  if (const auto* boot_work = std::get_if<protocol::BootWork>(&work)) {
    boot(*boot_work);
  } else if (const auto* fork_work = std::get_if<protocol::ForkWork>(&work)) {
    fork(*fork_work);
  } else if (std::holds_alternative<protocol::Quit>(work)) {
    if (shared_.random.chance(shared_.scenario.refuse_quit)) {
      shared_.saw(Fault::quit_refused, 0);
      return;
    }
    const bool breaks_off = shared_.random.chance(shared_.scenario.exit_handler_dies);
    if (breaks_off) shared_.saw(Fault::exit_handler_died, 0);
    later(shared_.some(50'000), [this, breaks_off] { leave("SIGABRT", !breaks_off); });
  }
}

void VirtualBoot::boot(const protocol::BootWork& work) {
  deferred_.insert(work.defer.begin(), work.defer.end());
  print();
  if (shared_.random.chance(shared_.scenario.boot_failed)) {
    shared_.saw(Fault::boot_failed);
    later(shared_.some(200'000), [this] {
      say(protocol::BootFailed{"no framework", 78, {}});
      die("exit 78");
    });
    return;
  }
  if (shared_.random.chance(shared_.scenario.boot_hung)) {
    shared_.saw(Fault::boot_hung);
    return;
  }
  later(shared_.some(200'000), [this] {
    if (shared_.scenario.whole_in_runners) {
      loaded();
    } else {
      plan();
      if (shared_.scenario.load_in_boot) load(0);
      else loaded();
    }
  });
}

void VirtualBoot::plan() {
  protocol::Plan plan;
  plan.framework = {"rspec", "3.13"};
  plan.mode = "run";
  if (shared_.scenario.most_files > 0 && shared_.scenario.files.size() > shared_.scenario.most_files)
    shared_.saw(Fault::too_many_files);
  for (const VirtualFile& file : shared_.scenario.files) {
    plan.files.push_back(file.path);
    if (plan.files.size() < (shared_.scenario.files.size() > 200 ? 1000U : 20U)) continue;
    plan.more = true;
    say(plan);
    plan.files.clear();
    ++plan.part;
  }
  plan.more = false;
  say(plan);
}

// Of a large project only the files that do something, and some of the others.
void VirtualBoot::load(std::size_t file) {
  const std::vector<VirtualFile>& all = shared_.scenario.files;
  const std::size_t stride = all.size() > 200 ? 100 : 1;
  while (file < all.size() && file % stride != 0 && all[file].nature != VirtualFile::Nature::kills_loader) ++file;
  if (file == shared_.scenario.files.size()) {
    loaded();
    return;
  }
  const VirtualFile& one = shared_.scenario.files[file];
  if (deferred_.contains(one.path)) {
    load(file + 1);
    return;
  }
  say(protocol::Loading{one.path});
  bool dies = one.nature == VirtualFile::Nature::kills_loader;
  later(shared_.some(20'000), [this, dies, file] {
    if (!dies) {
      load(file + 1);
      return;
    }
    shared_.saw(Fault::boot_died_loading, file);
    die("SIGABRT");
  });
}

void VirtualBoot::loaded() {
  say(protocol::Loaded{base::Duration(1), shared_.scenario.load_in_boot ? "on" : "framework"});
  if (!shared_.random.chance(shared_.scenario.boot_died_later)) return;
  later(shared_.some(5'000'000), [this] {
    shared_.saw(Fault::boot_died_later);
    die("SIGKILL");
  });
}

void VirtualBoot::fork(const protocol::ForkWork& work) {
  if (deaf_ || shared_.random.chance(shared_.scenario.boot_deaf)) {
    shared_.saw(Fault::boot_deaf, work.slot.value);
    deaf_ = true;  // it hangs, as in a hook before the fork
    return;
  }
  auto child = std::make_shared<VirtualRunner>(shared_, host_, work.slot, work.incarnation);
  host_.on_forked(work.slot, work.incarnation, child);
  child->begin();
  if (shared_.random.chance(shared_.scenario.fork_unsaid)) {
    shared_.saw(Fault::fork_unsaid, work.slot.value);
    die("SIGKILL");
    return;
  }
  say(protocol::Forked{work.slot, work.incarnation, child->pid()});
}

}  // namespace dtest::simulation
