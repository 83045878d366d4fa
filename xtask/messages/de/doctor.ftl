# Was `cargo xtask doctor` zeigt.

doctor-head = { $os }, Linux { $release }, als { $user }
doctor-container = in einem Container ({ $engine }), zu sehen an { $seen }
doctor-filtered = ein Seccomp-Filter entscheidet über Systemaufrufe
doctor-namespaces-root = neue Namespaces und Mounts darin: als root versucht, es geht
doctor-namespaces-user = ein User-Namespace und Mounts darin: versucht, es geht
doctor-cgroups-none = Cgroups sind nicht gemountet
doctor-cgroups-v1 = Cgroups Version 1
doctor-cgroups-v2 = Cgroups Version 2
doctor-cgroups-hybrid = Cgroups Version 1, daneben Version 2
doctor-cgroups = { $layout }: nutzbar sind { $names }
doctor-cgroups-unusable = { $layout }: kein Controller ist nutzbar
doctor-features = der Kernel hat { $names }
doctor-rustc = rustc { $version }
doctor-label-why = warum
doctor-label-labs = Labs
doctor-label-do = tun
doctor-label-or = oder
doctor-idle = Fehlt, und kein Lab, das hier ist, braucht es:
doctor-lab-runs = { $lab } läuft hier
doctor-lab-as-root = { $lab } läuft hier als root: check fragt einmal und nimmt { $tool }
doctor-lab-no = { $lab } kann hier nicht laufen
