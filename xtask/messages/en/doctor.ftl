# The screen of `cargo xtask doctor`.

doctor-head = { $os }, Linux { $release }, as { $user }
doctor-container = inside a container ({ $engine }), as { $seen } shows
doctor-filtered = a seccomp filter decides about system calls
doctor-namespaces-root = new namespaces and mounts in them: tried as root, they work
doctor-namespaces-user = a user namespace and mounts in it: tried, they work
doctor-cgroups-none = cgroups are not mounted
doctor-cgroups-v1 = cgroups version 1
doctor-cgroups-v2 = cgroups version 2
doctor-cgroups-hybrid = cgroups version 1, with version 2 beside it
doctor-cgroups = { $layout }: { $names } can be used
doctor-cgroups-unusable = { $layout }: no controller can be used
doctor-features = the kernel has { $names }
doctor-rustc = rustc { $version }
doctor-label-why = why
doctor-label-labs = labs
doctor-label-do = do
doctor-label-or = or
doctor-idle = Missing, and needed by no lab that is here:
doctor-lab-runs = { $lab } runs here
doctor-lab-as-root = { $lab } runs here as root: check asks once, and goes through { $tool }
doctor-lab-no = { $lab } can't run here
