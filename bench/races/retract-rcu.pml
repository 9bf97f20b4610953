/* A PTE table is freed after a grace period at v7.3.
   Made by Pagewalk from the steps of its own kernel functions. */
short mem[3];
bool freed[3];
bool writer[4];
byte readers[4];
/* Per context and word: has it looked, and has another one stored since? */
bool looked[6];
bool stale[6];
bool insection[2];
bool awaited[4];

proctype P0() {
start: atomic {
    !writer[0] && readers[0] == 0 -> writer[0] = true;
    goto n1
  }
n1: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n2
    :: else -> assert(false)
    fi
  }
n2: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n3
    :: else -> assert(false)
    fi
  }
n3: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n4
    :: else -> assert(false)
    fi
  }
n4: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n5
    :: else -> assert(false)
    fi
  }
n5: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n6
    :: else -> assert(false)
    fi
  }
n6: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n7
    :: else -> assert(false)
    fi
  }
n7: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n8
    :: else -> assert(false)
    fi
  }
n8: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n9
    :: else -> assert(false)
    fi
  }
n9: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n10
    :: else -> assert(false)
    fi
  }
n10: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n11
    :: mem[1] == 0 -> goto n12
    :: else -> assert(false)
    fi
  }
n11: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n13
    :: mem[1] == 0 -> goto n14
    :: else -> assert(false)
    fi
  }
n12: atomic {
    writer[0] = false;
    goto done
  }
n13: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n15
    :: mem[1] == 0 -> goto n16
    :: else -> assert(false)
    fi
  }
n14: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 0 -> goto n17
    :: else -> assert(false)
    fi
  }
n15: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n18
    :: mem[1] == 0 -> goto n19
    :: else -> assert(false)
    fi
  }
n16: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 0 -> goto n20
    :: else -> assert(false)
    fi
  }
n17: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 0 -> goto n21
    :: else -> assert(false)
    fi
  }
n18: atomic {
    insection[0] = true;
    goto n22
  }
n19: atomic {
    writer[0] = false;
    goto done
  }
n20: atomic {
    writer[0] = false;
    goto done
  }
n21: atomic {
    writer[0] = false;
    goto done
  }
n22: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n23
    :: mem[1] == 0 -> goto n24
    :: else -> assert(false)
    fi
  }
n23: atomic {
    assert(!freed[2]);
    looked[4] = true; stale[4] = false;
    if
    :: mem[2] == 3 -> goto n25
    :: else -> assert(false)
    fi
  }
n24: atomic {
    insection[0] = false;
    awaited[0] = false;
    awaited[2] = false;
    goto n26
  }
n25: atomic {
    insection[0] = false;
    awaited[0] = false;
    awaited[2] = false;
    goto n27
  }
n26: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 0 -> goto n28
    :: else -> assert(false)
    fi
  }
n27: atomic {
    writer[0] = false;
    goto done
  }
n28: atomic {
    writer[0] = false;
    goto done
  }
stopped: assert(false);
done: skip
}

proctype P1() {
start: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n1
    :: else -> assert(false)
    fi
  }
n1: atomic {
    !writer[2] && readers[2] == 0 -> writer[2] = true;
    goto n2
  }
n2: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n3
    :: else -> assert(false)
    fi
  }
n3: atomic {
    !writer[3] && readers[3] == 0 -> writer[3] = true;
    goto n4
  }
n4: atomic {
    assert(!freed[1]);
    assert(!(looked[3] && stale[3]));
    stale[2] = true;
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> mem[1] = 0; goto n5
    :: else -> assert(false)
    fi
  }
n5: atomic {
    writer[3] = false;
    goto n6
  }
n6: atomic {
    writer[2] = false;
    goto n7
  }
n7: atomic {
    awaited[2] = insection[0];
    awaited[3] = insection[1];
    goto n8
  }
n8: atomic {
    !awaited[2] && !awaited[3] ->
    goto n9
  }
n9: atomic {
    assert(!freed[2]);
    freed[2] = true;
    goto done
  }
stopped: assert(false);
done: skip
}

init {
  atomic {
  mem[0] = 1;
  mem[1] = 2;
  mem[2] = 3;
  run P0();
  run P1();
  }
}
