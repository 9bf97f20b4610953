/* Two permission changes of the same page at v7.3.
   Made by Pagewalk from the steps of its own kernel functions. */
short mem[5];
bool freed[3];
bool writer[1];
byte readers[1];
/* Per context and word: has it looked, and has another one stored since? */
bool looked[10];
bool stale[10];
bool insection[2];
bool awaited[4];

proctype P0() {
start: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n1
    :: else -> assert(false)
    fi
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
    :: else -> assert(false)
    fi
  }
n11: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n12
    :: else -> assert(false)
    fi
  }
n12: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n13
    :: else -> assert(false)
    fi
  }
n13: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n14
    :: else -> assert(false)
    fi
  }
n14: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n15
    :: else -> assert(false)
    fi
  }
n15: atomic {
    assert(!freed[2]);
    looked[8] = true; stale[8] = false;
    if
    :: mem[4] == 3 -> goto n16
    :: else -> assert(false)
    fi
  }
n16: atomic {
    assert(!freed[2]);
    assert(!(looked[8] && stale[8]));
    stale[9] = true;
    looked[8] = true; stale[8] = false;
    if
    :: mem[4] == 3 -> mem[4] = 4; goto n17
    :: else -> assert(false)
    fi
  }
n17: atomic {
    assert(!freed[2]);
    looked[4] = true; stale[4] = false;
    if
    :: mem[2] == 5 -> goto n18
    :: mem[2] == 6 -> goto n19
    :: else -> assert(false)
    fi
  }
n18: atomic {
    assert(!freed[2]);
    assert(!(looked[4] && stale[4]));
    stale[5] = true;
    looked[4] = true; stale[4] = false;
    if
    :: mem[2] == 5 -> mem[2] = 7; goto done
    :: mem[2] == 6 -> mem[2] = 7; goto done
    :: else -> assert(false)
    fi
  }
n19: atomic {
    assert(!freed[2]);
    assert(!(looked[4] && stale[4]));
    stale[5] = true;
    looked[4] = true; stale[4] = false;
    if
    :: mem[2] == 6 -> mem[2] = 8; goto done
    :: else -> assert(false)
    fi
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
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n2
    :: else -> assert(false)
    fi
  }
n2: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n3
    :: else -> assert(false)
    fi
  }
n3: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n4
    :: else -> assert(false)
    fi
  }
n4: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n5
    :: else -> assert(false)
    fi
  }
n5: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n6
    :: else -> assert(false)
    fi
  }
n6: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n7
    :: else -> assert(false)
    fi
  }
n7: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n8
    :: else -> assert(false)
    fi
  }
n8: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n9
    :: else -> assert(false)
    fi
  }
n9: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n10
    :: else -> assert(false)
    fi
  }
n10: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n11
    :: else -> assert(false)
    fi
  }
n11: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n12
    :: else -> assert(false)
    fi
  }
n12: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n13
    :: else -> assert(false)
    fi
  }
n13: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n14
    :: else -> assert(false)
    fi
  }
n14: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n15
    :: else -> assert(false)
    fi
  }
n15: atomic {
    assert(!freed[2]);
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 7 -> goto n16
    :: mem[2] == 5 -> goto n17
    :: else -> assert(false)
    fi
  }
n16: atomic {
    assert(!freed[2]);
    assert(!(looked[5] && stale[5]));
    stale[4] = true;
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 7 -> mem[2] = 8; goto n18
    :: else -> assert(false)
    fi
  }
n17: atomic {
    assert(!freed[2]);
    assert(!(looked[5] && stale[5]));
    stale[4] = true;
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 5 -> mem[2] = 6; goto n19
    :: mem[2] == 7 -> mem[2] = 6; goto n20
    :: else -> assert(false)
    fi
  }
n18: atomic {
    assert(!freed[2]);
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 9 -> goto n21
    :: else -> assert(false)
    fi
  }
n19: atomic {
    assert(!freed[2]);
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 9 -> goto n22
    :: else -> assert(false)
    fi
  }
n20: atomic {
    assert(!freed[2]);
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 9 -> goto n23
    :: else -> assert(false)
    fi
  }
n21: atomic {
    assert(!freed[2]);
    assert(!(looked[7] && stale[7]));
    stale[6] = true;
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 9 -> mem[3] = 10; goto done
    :: else -> assert(false)
    fi
  }
n22: atomic {
    assert(!freed[2]);
    assert(!(looked[7] && stale[7]));
    stale[6] = true;
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 9 -> mem[3] = 10; goto done
    :: else -> assert(false)
    fi
  }
n23: atomic {
    assert(!freed[2]);
    assert(!(looked[7] && stale[7]));
    stale[6] = true;
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 9 -> mem[3] = 10; goto done
    :: else -> assert(false)
    fi
  }
stopped: assert(false);
done: skip
}

init {
  atomic {
  mem[0] = 1;
  mem[1] = 2;
  mem[2] = 5;
  mem[3] = 9;
  mem[4] = 3;
  run P0();
  run P1();
  }
}
