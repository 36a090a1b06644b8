use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::seal::keys::KeyError;

fn chmod(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn files_are_for_the_owner_alone_and_open_to_the_same_keys() {
    let house = House::new();
    let seed = house.ring.log_seed("leader-2031", &mut chance()).unwrap();
    let keys = house.place.path().join("keys");
    assert_eq!(fs::metadata(&keys).unwrap().permissions().mode() & 0o7777, 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&keys).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o7777, 0o400);
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["epoch-1", "index", "log-seed-leader-2031", "server"]);

    let again = house.reopen().unwrap();
    assert_eq!(again.epochs(), [1]);
    assert_eq!(again.index().expose(), house.ring.index().expose());
    assert_eq!(again.server("session").expose(), house.ring.server("session").expose());
    assert_ne!(again.server("session").expose(), again.server("cookie").expose());
    let mut other_chance = rand::rngs::StdRng::seed_from_u64(8);
    assert_eq!(again.log_seed("leader-2031", &mut other_chance).unwrap().expose(), seed.expose());
    assert_ne!(again.log_seed("house", &mut other_chance).unwrap().expose(), seed.expose());
}

#[test]
fn whatever_others_can_reach_is_refused() {
    let house = House::new();
    let keys = house.place.path().join("keys");
    for mode in [0o710, 0o755, 0o701] {
        chmod(&keys, mode);
        let error = house.reopen().err().unwrap().to_string();
        assert!(error.contains("run `chmod 0700"), "{error}");
    }
    chmod(&keys, 0o700);
    for name in ["epoch-1", "index", "server"] {
        for mode in [0o440, 0o404, 0o420] {
            chmod(&keys.join(name), mode);
            let error = house.reopen().err().unwrap().to_string();
            assert!(error.contains(name) && error.contains("run `chmod 0400"), "{error}");
        }
        chmod(&keys.join(name), 0o400);
    }
    house.reopen().unwrap();
}

#[test]
fn a_folder_inside_the_data_is_refused_also_through_a_link() {
    let house = House::new();
    let data = house.place.path().join("data");
    let inside = data.join("keys");
    assert!(matches!(KeyRing::create(&inside, &data, &mut chance()), Err(KeyError::InsideData { .. })));
    assert!(!inside.exists(), "nothing is made where it may not lie");
    assert!(matches!(KeyRing::create(&data, &data, &mut chance()), Err(KeyError::InsideData { .. })));

    fs::rename(house.place.path().join("keys"), &inside).unwrap();
    std::os::unix::fs::symlink(&inside, house.place.path().join("keys")).unwrap();
    assert!(matches!(house.reopen(), Err(KeyError::InsideData { .. })));
}

#[test]
fn creating_never_touches_a_folder_with_something_in_it() {
    let house = House::new();
    let (keys, data) = (house.place.path().join("keys"), house.place.path().join("data"));
    let before = fs::read(keys.join("epoch-1")).unwrap();
    assert!(matches!(KeyRing::create(&keys, &data, &mut chance()), Err(KeyError::NotEmpty(_))));
    assert_eq!(fs::read(keys.join("epoch-1")).unwrap(), before);
}

#[test]
fn missing_and_spoilt_keys_are_named() {
    let house = House::new();
    let keys = house.place.path().join("keys");
    fs::remove_file(keys.join("server")).unwrap();
    assert!(house.reopen().err().unwrap().to_string().contains("server"));
    for spoilt in
        ["", "c2hvcnQ=\n", "not base64 at all, and long enough to overflow a buffer of 36 bytes if unchecked"]
    {
        fs::remove_file(keys.join("index")).unwrap();
        fs::write(keys.join("index"), spoilt).unwrap();
        chmod(&keys.join("index"), 0o400);
        fs::write(keys.join("server"), fs::read(keys.join("epoch-1")).unwrap()).unwrap();
        chmod(&keys.join("server"), 0o400);
        assert!(matches!(house.reopen(), Err(KeyError::Malformed(path)) if path.ends_with("index")));
    }
    fs::remove_file(keys.join("epoch-1")).unwrap();
    assert!(matches!(house.reopen(), Err(KeyError::NoEpoch(_))));
}

#[test]
fn logs_have_plain_names() {
    let house = House::new();
    for name in ["", "../epoch-1", "Leader", "a b", "a/b", "é", &"x".repeat(65)] {
        assert!(matches!(house.ring.log_seed(name, &mut chance()), Err(KeyError::LogName(_))), "{name}");
    }
}

#[test]
fn an_epoch_retires_before_the_next_but_one_and_the_current_one_stays() {
    let house = House::new();
    assert!(matches!(house.ring.destroy_epoch(1), Err(KeyError::Current(1))));
    assert_eq!(house.ring.new_epoch(&mut chance()).unwrap(), 2);
    assert!(matches!(house.ring.new_epoch(&mut chance()), Err(KeyError::StillRetiring(1))));
    assert_eq!(house.reopen().unwrap().epochs(), [1, 2]);
    house.ring.destroy_epoch(1).unwrap();
    assert!(matches!(house.ring.destroy_epoch(1), Err(KeyError::UnknownEpoch(1))));
    assert_eq!((house.ring.epochs(), house.reopen().unwrap().epochs()), (vec![2], vec![2]));
    assert!(!house.place.path().join("keys/epoch-1").exists());
    assert_eq!(house.ring.new_epoch(&mut chance()).unwrap(), 3);
}

/// A second name for the same file shows what the disk held when the first name went.
#[test]
fn a_destroyed_key_is_overwritten_before_it_is_removed() {
    let house = House::new();
    let (file, spy) = (house.place.path().join("keys/epoch-1"), house.place.path().join("spy"));
    fs::hard_link(&file, &spy).unwrap();
    house.ring.new_epoch(&mut chance()).unwrap();
    house.ring.destroy_epoch(1).unwrap();
    let left = fs::read(&spy).unwrap();
    assert!(left.len() >= 44 && left.iter().all(|&byte| byte == 0));
}

#[test]
fn what_a_crash_interrupted_is_finished_at_start() {
    let house = House::new();
    house.ring.new_epoch(&mut chance()).unwrap();
    let keys = house.place.path().join("keys");
    chmod(&keys.join("epoch-1"), 0o600);
    fs::write(keys.join("epoch-1"), [0; 45]).unwrap();
    fs::write(keys.join(".new-0123456789abcdef"), "half a k").unwrap();
    assert_eq!(house.reopen().unwrap().epochs(), [2]);
    assert!(!keys.join("epoch-1").exists() && !keys.join(".new-0123456789abcdef").exists());
}
