    let _ = containers;
    let used: BTreeSet<&Digest> = images.iter().flat_map(Image::layers).collect();
    let unused = layers.iter().filter(|layer| !used.contains(layer));
    unused.cloned().collect()
