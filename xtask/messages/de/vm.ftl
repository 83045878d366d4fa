# Der Bildschirm von `cargo xtask vm`.

vm-fetching = Kernel und Werkzeuge aus den Paketen der Distribution werden geholt (etwa 50 MB), dies eine Mal.
vm-started = läuft nach { $seconds } s: Linux { $kernel }
vm-runs = Linux { $kernel }, seit { $uptime } s, { $memory } MiB
vm-silent = läuft und antwortet nicht, { $memory } MiB
vm-none = Hier laufen keine Maschinen. `cargo xtask vm up` startet sie.
vm-ended = Beendet: { $names }.
vm-shell = Die Shell von { $node }. Strg-] verlässt sie.
vm-place = Beobachtet in { $node }, Linux { $kernel }, nur cgroup v2; beurteilt hier.
vm-kvm = Unter KVM: Rechnen dauert { $factor }-mal so lange wie hier.
vm-tcg = Emuliert, KVM ist hier nicht brauchbar: Rechnen dauert etwa { $factor }-mal so lange wie hier.
vm-v2 = nur cgroup v2: { $controllers }
vm-v1 = { $number ->
    [one] Eine Hierarchie von cgroup v1 ist
   *[other] { $number } Hierarchien von cgroup v1 sind
} gemountet, wo keine sein sollte
vm-claim-cgroups = zwei Kernel, jeder nur mit cgroup v2: cpu, cpuset, io, memory, pids
vm-claim-reach = node-1 und node-2 erreichen einander
vm-claim-apart = ein Pod erreicht den des anderen Nodes nicht, bevor beide ein VXLAN haben
vm-claim-crosses = über das VXLAN kommt ein Wort, in Paketen von 1450 Bytes und nicht mehr
vm-claim-entries = ohne Forwarding-Eintrag, Nachbar-Eintrag oder Route kommt nichts hinüber
vm-vagrant = Vagrant macht die Maschinen; was es sagt, folgt. `cargo xtask vm up --with qemu` kommt ohne es aus.
vm-place-vagrant = Beobachtet in { $node } von Vagrant ({ $provider }), Linux { $kernel }; beurteilt hier.
vm-other-runs = hier laufen Maschinen von QEMU: `cargo xtask vm down` beendet sie, danach `vm up --with vagrant`
vm-unknown = eine Maschine `{ $node }` gibt es nicht: es gibt { $nodes }
vm-ssh-none = hier laufen keine Maschinen: `cargo xtask vm up` startet sie
vm-no-terminal = eine Shell braucht ein Terminal: nenne einen Befehl nach `--`
vm-bring-vagrant = --bring ist für Maschinen ohne Toolchain: in einer von Vagrant liegt das Repository in /workshop
