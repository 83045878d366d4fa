# Was einem Rechner fehlt: was gefunden wurde, warum es zählt, was zu tun ist.
# Ein Text auf -do steht hinter dem Wort „tun“; Befehle stehen am Ende.

machine-kernel = Linux { $release } ist älter als 5.12
machine-kernel-why = Die Workbench braucht Systemaufrufe und Overlays, die mit Linux 5.12 kamen.
machine-kernel-do = { $family ->
    [debian] auf Debian 12, Ubuntu 22.04 oder neuer umsteigen und dessen Kernel booten
    [fedora] auf Fedora 35, RHEL 9 oder neuer umsteigen und dessen Kernel booten
   *[arch] aktualisieren und neu booten, als root: pacman -Syu
}
machine-not-root = du bist nicht root
machine-not-root-why = Was diese Checks ansehen, gehört root.
machine-not-root-do = { $family ->
    [debian] dir mit sudo die Rechte von root geben, als root: apt-get install sudo && adduser NAME sudo
    [fedora] dir mit sudo die Rechte von root geben, als root: dnf install sudo && usermod -aG wheel NAME
   *[arch] dir mit sudo die Rechte von root geben, als root: pacman -S sudo, und eine Zeile für dich mit visudo
}
machine-setting = { $name } ist { $value }: wer nicht root ist, kann keine User-Namespaces anlegen
machine-setting-do = bis zum nächsten Booten öffnen, als root: sysctl -w { $name }={ $wanted }
machine-namespaces-why = Checks laufen auf einer Workbench, und eine Workbench besteht aus neuen Namespaces.
# Diese drei stehen in machine-refused und machine-hung.
machine-trial-namespaces = neue Namespaces anzulegen
machine-trial-mounts = in neuen Namespaces zu mounten
machine-trial-feature = { $name } in neuen Namespaces zu benutzen
machine-refused = der Versuch, { $trial }, wurde verweigert: { $reason }
machine-refused-device = { $device } lässt sich nicht öffnen: { $reason }
machine-refused-device-do = für alle öffnen, wie die meisten Distributionen, als root: chmod 666 { $device }
machine-refused-limit-do = alle User-Namespaces, die user.max_user_namespaces erlaubt, sind vergeben, hier oder rund um einen Container, in dem du bist; beende, was sie hält
machine-refused-container-do = den Container mit --privileged starten: vielleicht verweigert sein Seccomp- oder AppArmor-Profil es
machine-refused-do = keine Einstellung sagt, warum: vielleicht ein Seccomp-Filter, AppArmor oder SELinux; frag die, die diesen Rechner verwalten
machine-hung = der Versuch, { $trial }, war nach 10 s nicht zu Ende
machine-capabilities = du bist root ohne { $names }
machine-capabilities-why = Root baut eine Workbench aus Mounts, Geräten und Cgroups. Für jedes davon braucht es eine dieser Capabilities.
machine-capabilities-do = den Container mit --privileged starten, oder mit { $options }
machine-cgroups-why = Diese Controller setzen Grenzen, in Gruppen, die die Checks anlegen.
machine-cgroups-vital-why = Als root entsteht keine Workbench, deren Speicher und Prozesse nicht begrenzt sind.
machine-cgroups-not-mounted = keine Cgroup-Hierarchie mit { $names } ist gemountet
machine-cgroups-not-mounted-do = Version 2 mounten, als root: mount -t cgroup2 none /sys/fs/cgroup
machine-cgroups-not-in-kernel = der Kernel hat keinen Cgroup-Controller { $names }
machine-cgroups-not-in-kernel-do = einen Kernel deiner Distribution booten: dort sind alle dabei
machine-cgroups-disabled = der Cgroup-Controller { $names } ist beim Booten abgeschaltet
machine-cgroups-disabled-do = { $options } von der Kernel-Kommandozeile nehmen oder mit cgroup_enable aufheben, und neu booten
machine-cgroups-not-handed-on = { $path } reicht { $names } nicht weiter
machine-cgroups-systemd-do = systemd sie weiterreichen lassen und neu anmelden, als root: mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\nDelegate=cpu cpuset io memory pids\n' > /etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload
machine-cgroups-hand-on-do = sie weiterreichen, als root: echo { $plus } > { $file }
machine-cgroups-not-delegated = dir ist keine Cgroup für { $names } delegiert: du stehst in { $path }
machine-cgroups-delegate-do = systemd eine delegieren lassen: systemd-run --user --scope -p Delegate=yes cargo xtask check
machine-cgroups-bound-to-v1 = { $names } sind an Cgroups Version 1 gebunden, und die delegiert nichts
machine-cgroups-bound-to-v1-do = mit systemd.unified_cgroup_hierarchy=1 auf der Kernel-Kommandozeile booten
machine-cgroups-on-read-only = { $names } nicht nutzbar: { $mount } ist nur lesbar gemountet
machine-cgroups-read-only = { $mount } ist nur lesbar gemountet
machine-cgroups-read-only-do = beschreibbar machen, als root: mount -o remount,bind,rw { $mount }
machine-cgroups-read-only-container-do = den Container mit --privileged und --cgroupns=private starten
machine-cgroups-occupied = { $path } enthält selbst Prozesse und kann deshalb { $names } nicht weiterreichen
machine-cgroups-occupied-do = sie eine Ebene tiefer setzen, als root: bash .devcontainer/leave-cgroup-root.sh
machine-subordinate-why = Ein User-Namespace mit vielen Benutzern darin braucht viele IDs von außen.
machine-subordinate-ranges = { $user } hat keine Zeile in /etc/subuid und in /etc/subgid
machine-subordinate-ranges-do = eintragen, als root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 { $user }
machine-subordinate-programs = newuidmap und newgidmap sind nicht installiert
machine-subordinate-programs-do = { $family ->
    [debian] als root: apt-get install uidmap
    [fedora] als root: dnf install shadow-utils
   *[arch] als root: pacman -S shadow
}
machine-feature = dieser Kernel hat { $name } nicht und kann es nicht laden
machine-feature-why = Das Programm des Labs selbst braucht es.
machine-feature-container-do = den Rechner um den Container herum es laden lassen, als root dort: modprobe { $module }
machine-feature-do = { $family ->
    [debian] einen Kernel booten, der es hat: linux-image-amd64; unter Ubuntu, als root: apt-get install linux-modules-extra-{ $release }
    [fedora] die übrigen Module installieren, als root: dnf install kernel-modules-extra
   *[arch] neu booten: ein Update hat vielleicht die Module des laufenden Kernels entfernt
}
machine-device = { $device } ist nicht da
machine-device-do = das Modul laden, das es anlegt, als root: modprobe { $module }
machine-device-container-do = den Container mit --device { $device } starten
machine-rust-missing = rustc oder cargo lässt sich nicht starten
machine-rust-old = rustc { $found } ist älter als { $wanted }
machine-rust-why = Jedes Lab wird damit gebaut.
machine-rust-do = rustup update, oder von https://rustup.rs installieren
machine-linker = cc, das linkt, was rustc kompiliert, ist nicht da oder läuft nicht
machine-linker-why = Jedes Programm wird damit gelinkt.
machine-linker-do = { $family ->
    [debian] als root: apt-get install build-essential
    [fedora] als root: dnf install gcc
   *[arch] als root: pacman -S gcc
}
machine-disk = für { $path } sind { $free } MiB frei, und ein Bau schreibt bis zu { $needed }
machine-disk-why = Läuft die Platte mitten im Bau voll, sieht das wie ein Fehler des Linkers aus.
machine-disk-do = Platz schaffen (cargo clean leert target) oder mit CARGO_TARGET_DIR woanders bauen
machine-clock = die Uhr steht { $hours ->
    [one] 1 Stunde
   *[other] { $hours } Stunden
} vor der letzten Änderung hier: { $before }
machine-clock-why = Zertifikate scheinen noch nicht gültig, also lassen sich keine Crates holen, und cargo erkennt nicht, was neuer ist.
machine-clock-do = sie stellen, als root: timedatectl set-ntp true
machine-cargo-as-root = cargo läuft mit sudo als root, im Repository von { $user }
machine-cargo-as-root-why = Was es baut, gehört dann root, und dein nächster Bau ohne sudo scheitert.
machine-cargo-as-root-do = ohne sudo starten: es fragt, wo root nötig ist
machine-virtual-machines-do = in den virtuellen Maschinen arbeiten: cargo xtask vm up
machine-on-debian = Debian, Ubuntu: { $text }
machine-on-fedora = Fedora, RHEL: { $text }
machine-on-arch = Arch: { $text }
