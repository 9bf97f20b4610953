/* Two splits of one block without the mutex at v7.3.
   Made by Pagewalk from the steps of its own kernel functions. */
short mem[66];
bool freed[4];
bool writer[1];
byte readers[1];
/* Per context and word: has it looked, and has another one stored since? */
bool looked[132];
bool stale[132];
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
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n5
    :: mem[1] == 3 -> goto n6
    :: else -> assert(false)
    fi
  }
n5: atomic {
    assert(!freed[1]);
    assert(!(looked[2] && stale[2]));
    stale[3] = true;
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> mem[1] = 4; mem[51] = 5; mem[50] = 6; mem[52] = 7; mem[53] = 8; mem[54] = 9; mem[55] = 10; mem[56] = 11; mem[57] = 12; mem[58] = 13; mem[59] = 14; mem[60] = 15; mem[61] = 16; mem[62] = 17; mem[63] = 18; mem[64] = 19; mem[65] = 20; mem[19] = 21; mem[20] = 22; mem[21] = 23; mem[18] = 24; mem[22] = 25; mem[23] = 26; mem[24] = 27; mem[25] = 28; mem[26] = 29; mem[27] = 30; mem[28] = 31; mem[29] = 32; mem[30] = 33; mem[31] = 34; mem[32] = 35; mem[33] = 36; goto n7
    :: mem[1] == 3 -> mem[1] = 4; mem[51] = 5; mem[50] = 6; mem[52] = 7; mem[53] = 8; mem[54] = 9; mem[55] = 10; mem[56] = 11; mem[57] = 12; mem[58] = 13; mem[59] = 14; mem[60] = 15; mem[61] = 16; mem[62] = 17; mem[63] = 18; mem[64] = 19; mem[65] = 20; mem[19] = 21; mem[20] = 22; mem[21] = 23; mem[18] = 24; mem[22] = 25; mem[23] = 26; mem[24] = 27; mem[25] = 28; mem[26] = 29; mem[27] = 30; mem[28] = 31; mem[29] = 32; mem[30] = 33; mem[31] = 34; mem[32] = 35; mem[33] = 36; goto n8
    :: else -> assert(false)
    fi
  }
n6: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 3 -> goto n9
    :: else -> assert(false)
    fi
  }
n7: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 4 -> goto n10
    :: mem[1] == 3 -> goto n11
    :: else -> assert(false)
    fi
  }
n8: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 4 -> goto n12
    :: else -> assert(false)
    fi
  }
n9: atomic {
    assert(!freed[2]);
    looked[68] = true; stale[68] = false;
    if
    :: mem[34] == 6 -> goto n13
    :: else -> assert(false)
    fi
  }
n10: atomic {
    assert(!freed[3]);
    looked[100] = true; stale[100] = false;
    if
    :: mem[50] == 6 -> goto n14
    :: else -> assert(false)
    fi
  }
n11: atomic {
    assert(!freed[2]);
    looked[68] = true; stale[68] = false;
    if
    :: mem[34] == 6 -> goto n15
    :: else -> assert(false)
    fi
  }
n12: atomic {
    assert(!freed[3]);
    looked[100] = true; stale[100] = false;
    if
    :: mem[50] == 6 -> goto n16
    :: else -> assert(false)
    fi
  }
n13: atomic {
    assert(!freed[2]);
    looked[70] = true; stale[70] = false;
    if
    :: mem[35] == 5 -> goto n17
    :: else -> assert(false)
    fi
  }
n14: atomic {
    assert(!freed[3]);
    looked[102] = true; stale[102] = false;
    if
    :: mem[51] == 5 -> goto n18
    :: else -> assert(false)
    fi
  }
n15: atomic {
    assert(!freed[2]);
    looked[70] = true; stale[70] = false;
    if
    :: mem[35] == 5 -> goto n19
    :: else -> assert(false)
    fi
  }
n16: atomic {
    assert(!freed[3]);
    looked[102] = true; stale[102] = false;
    if
    :: mem[51] == 5 -> goto n20
    :: else -> assert(false)
    fi
  }
n17: atomic {
    assert(!freed[2]);
    assert(!(looked[70] && stale[70]));
    stale[71] = true;
    looked[70] = true; stale[70] = false;
    if
    :: mem[35] == 5 -> mem[35] = 37; goto n21
    :: else -> assert(false)
    fi
  }
n18: atomic {
    assert(!freed[3]);
    assert(!(looked[102] && stale[102]));
    stale[103] = true;
    looked[102] = true; stale[102] = false;
    if
    :: mem[51] == 5 -> mem[51] = 37; goto n22
    :: else -> assert(false)
    fi
  }
n19: atomic {
    assert(!freed[2]);
    assert(!(looked[70] && stale[70]));
    stale[71] = true;
    looked[70] = true; stale[70] = false;
    if
    :: mem[35] == 5 -> mem[35] = 37; goto n23
    :: else -> assert(false)
    fi
  }
n20: atomic {
    assert(!freed[3]);
    assert(!(looked[102] && stale[102]));
    stale[103] = true;
    looked[102] = true; stale[102] = false;
    if
    :: mem[51] == 5 -> mem[51] = 37; goto n24
    :: else -> assert(false)
    fi
  }
n21: atomic {
    assert(!freed[2]);
    looked[68] = true; stale[68] = false;
    if
    :: mem[34] == 6 -> goto n25
    :: else -> assert(false)
    fi
  }
n22: atomic {
    assert(!freed[3]);
    looked[100] = true; stale[100] = false;
    if
    :: mem[50] == 6 -> goto n26
    :: else -> assert(false)
    fi
  }
n23: atomic {
    assert(!freed[2]);
    looked[68] = true; stale[68] = false;
    if
    :: mem[34] == 6 -> goto n27
    :: else -> assert(false)
    fi
  }
n24: atomic {
    assert(!freed[3]);
    looked[100] = true; stale[100] = false;
    if
    :: mem[50] == 6 -> goto n28
    :: else -> assert(false)
    fi
  }
n25: atomic {
    assert(!freed[2]);
    assert(!(looked[68] && stale[68]));
    stale[69] = true;
    looked[68] = true; stale[68] = false;
    if
    :: mem[34] == 6 -> mem[34] = 38; goto n29
    :: else -> assert(false)
    fi
  }
n26: atomic {
    assert(!freed[3]);
    assert(!(looked[100] && stale[100]));
    stale[101] = true;
    looked[100] = true; stale[100] = false;
    if
    :: mem[50] == 6 -> mem[50] = 38; goto n30
    :: else -> assert(false)
    fi
  }
n27: atomic {
    assert(!freed[2]);
    assert(!(looked[68] && stale[68]));
    stale[69] = true;
    looked[68] = true; stale[68] = false;
    if
    :: mem[34] == 6 -> mem[34] = 38; goto n31
    :: else -> assert(false)
    fi
  }
n28: atomic {
    assert(!freed[3]);
    assert(!(looked[100] && stale[100]));
    stale[101] = true;
    looked[100] = true; stale[100] = false;
    if
    :: mem[50] == 6 -> mem[50] = 38; goto n32
    :: else -> assert(false)
    fi
  }
n29: atomic {
    assert(!freed[2]);
    looked[72] = true; stale[72] = false;
    if
    :: mem[36] == 7 -> goto n33
    :: else -> assert(false)
    fi
  }
n30: atomic {
    assert(!freed[3]);
    looked[104] = true; stale[104] = false;
    if
    :: mem[52] == 7 -> goto n34
    :: else -> assert(false)
    fi
  }
n31: atomic {
    assert(!freed[2]);
    looked[72] = true; stale[72] = false;
    if
    :: mem[36] == 7 -> goto n35
    :: else -> assert(false)
    fi
  }
n32: atomic {
    assert(!freed[3]);
    looked[104] = true; stale[104] = false;
    if
    :: mem[52] == 7 -> goto n36
    :: else -> assert(false)
    fi
  }
n33: atomic {
    assert(!freed[2]);
    assert(!(looked[72] && stale[72]));
    stale[73] = true;
    looked[72] = true; stale[72] = false;
    if
    :: mem[36] == 7 -> mem[36] = 39; goto n37
    :: else -> assert(false)
    fi
  }
n34: atomic {
    assert(!freed[3]);
    assert(!(looked[104] && stale[104]));
    stale[105] = true;
    looked[104] = true; stale[104] = false;
    if
    :: mem[52] == 7 -> mem[52] = 39; goto n38
    :: else -> assert(false)
    fi
  }
n35: atomic {
    assert(!freed[2]);
    assert(!(looked[72] && stale[72]));
    stale[73] = true;
    looked[72] = true; stale[72] = false;
    if
    :: mem[36] == 7 -> mem[36] = 39; goto n39
    :: else -> assert(false)
    fi
  }
n36: atomic {
    assert(!freed[3]);
    assert(!(looked[104] && stale[104]));
    stale[105] = true;
    looked[104] = true; stale[104] = false;
    if
    :: mem[52] == 7 -> mem[52] = 39; goto n40
    :: else -> assert(false)
    fi
  }
n37: atomic {
    assert(!freed[2]);
    looked[74] = true; stale[74] = false;
    if
    :: mem[37] == 8 -> goto n41
    :: else -> assert(false)
    fi
  }
n38: atomic {
    assert(!freed[3]);
    looked[106] = true; stale[106] = false;
    if
    :: mem[53] == 8 -> goto n42
    :: else -> assert(false)
    fi
  }
n39: atomic {
    assert(!freed[2]);
    looked[74] = true; stale[74] = false;
    if
    :: mem[37] == 8 -> goto n43
    :: else -> assert(false)
    fi
  }
n40: atomic {
    assert(!freed[3]);
    looked[106] = true; stale[106] = false;
    if
    :: mem[53] == 8 -> goto n44
    :: else -> assert(false)
    fi
  }
n41: atomic {
    assert(!freed[2]);
    assert(!(looked[74] && stale[74]));
    stale[75] = true;
    looked[74] = true; stale[74] = false;
    if
    :: mem[37] == 8 -> mem[37] = 40; goto n45
    :: else -> assert(false)
    fi
  }
n42: atomic {
    assert(!freed[3]);
    assert(!(looked[106] && stale[106]));
    stale[107] = true;
    looked[106] = true; stale[106] = false;
    if
    :: mem[53] == 8 -> mem[53] = 40; goto n46
    :: else -> assert(false)
    fi
  }
n43: atomic {
    assert(!freed[2]);
    assert(!(looked[74] && stale[74]));
    stale[75] = true;
    looked[74] = true; stale[74] = false;
    if
    :: mem[37] == 8 -> mem[37] = 40; goto n47
    :: else -> assert(false)
    fi
  }
n44: atomic {
    assert(!freed[3]);
    assert(!(looked[106] && stale[106]));
    stale[107] = true;
    looked[106] = true; stale[106] = false;
    if
    :: mem[53] == 8 -> mem[53] = 40; goto n48
    :: else -> assert(false)
    fi
  }
n45: atomic {
    assert(!freed[2]);
    looked[76] = true; stale[76] = false;
    if
    :: mem[38] == 9 -> goto n49
    :: else -> assert(false)
    fi
  }
n46: atomic {
    assert(!freed[3]);
    looked[108] = true; stale[108] = false;
    if
    :: mem[54] == 9 -> goto n50
    :: else -> assert(false)
    fi
  }
n47: atomic {
    assert(!freed[2]);
    looked[76] = true; stale[76] = false;
    if
    :: mem[38] == 9 -> goto n51
    :: else -> assert(false)
    fi
  }
n48: atomic {
    assert(!freed[3]);
    looked[108] = true; stale[108] = false;
    if
    :: mem[54] == 9 -> goto n52
    :: else -> assert(false)
    fi
  }
n49: atomic {
    assert(!freed[2]);
    assert(!(looked[76] && stale[76]));
    stale[77] = true;
    looked[76] = true; stale[76] = false;
    if
    :: mem[38] == 9 -> mem[38] = 41; goto n53
    :: else -> assert(false)
    fi
  }
n50: atomic {
    assert(!freed[3]);
    assert(!(looked[108] && stale[108]));
    stale[109] = true;
    looked[108] = true; stale[108] = false;
    if
    :: mem[54] == 9 -> mem[54] = 41; goto n54
    :: else -> assert(false)
    fi
  }
n51: atomic {
    assert(!freed[2]);
    assert(!(looked[76] && stale[76]));
    stale[77] = true;
    looked[76] = true; stale[76] = false;
    if
    :: mem[38] == 9 -> mem[38] = 41; goto n55
    :: else -> assert(false)
    fi
  }
n52: atomic {
    assert(!freed[3]);
    assert(!(looked[108] && stale[108]));
    stale[109] = true;
    looked[108] = true; stale[108] = false;
    if
    :: mem[54] == 9 -> mem[54] = 41; goto n56
    :: else -> assert(false)
    fi
  }
n53: atomic {
    assert(!freed[2]);
    looked[78] = true; stale[78] = false;
    if
    :: mem[39] == 10 -> goto n57
    :: else -> assert(false)
    fi
  }
n54: atomic {
    assert(!freed[3]);
    looked[110] = true; stale[110] = false;
    if
    :: mem[55] == 10 -> goto n58
    :: else -> assert(false)
    fi
  }
n55: atomic {
    assert(!freed[2]);
    looked[78] = true; stale[78] = false;
    if
    :: mem[39] == 10 -> goto n59
    :: else -> assert(false)
    fi
  }
n56: atomic {
    assert(!freed[3]);
    looked[110] = true; stale[110] = false;
    if
    :: mem[55] == 10 -> goto n60
    :: else -> assert(false)
    fi
  }
n57: atomic {
    assert(!freed[2]);
    assert(!(looked[78] && stale[78]));
    stale[79] = true;
    looked[78] = true; stale[78] = false;
    if
    :: mem[39] == 10 -> mem[39] = 42; goto n61
    :: else -> assert(false)
    fi
  }
n58: atomic {
    assert(!freed[3]);
    assert(!(looked[110] && stale[110]));
    stale[111] = true;
    looked[110] = true; stale[110] = false;
    if
    :: mem[55] == 10 -> mem[55] = 42; goto n62
    :: else -> assert(false)
    fi
  }
n59: atomic {
    assert(!freed[2]);
    assert(!(looked[78] && stale[78]));
    stale[79] = true;
    looked[78] = true; stale[78] = false;
    if
    :: mem[39] == 10 -> mem[39] = 42; goto n63
    :: else -> assert(false)
    fi
  }
n60: atomic {
    assert(!freed[3]);
    assert(!(looked[110] && stale[110]));
    stale[111] = true;
    looked[110] = true; stale[110] = false;
    if
    :: mem[55] == 10 -> mem[55] = 42; goto n64
    :: else -> assert(false)
    fi
  }
n61: atomic {
    assert(!freed[2]);
    looked[80] = true; stale[80] = false;
    if
    :: mem[40] == 11 -> goto n65
    :: else -> assert(false)
    fi
  }
n62: atomic {
    assert(!freed[3]);
    looked[112] = true; stale[112] = false;
    if
    :: mem[56] == 11 -> goto n66
    :: else -> assert(false)
    fi
  }
n63: atomic {
    assert(!freed[2]);
    looked[80] = true; stale[80] = false;
    if
    :: mem[40] == 11 -> goto n67
    :: else -> assert(false)
    fi
  }
n64: atomic {
    assert(!freed[3]);
    looked[112] = true; stale[112] = false;
    if
    :: mem[56] == 11 -> goto n68
    :: else -> assert(false)
    fi
  }
n65: atomic {
    assert(!freed[2]);
    assert(!(looked[80] && stale[80]));
    stale[81] = true;
    looked[80] = true; stale[80] = false;
    if
    :: mem[40] == 11 -> mem[40] = 43; goto n69
    :: else -> assert(false)
    fi
  }
n66: atomic {
    assert(!freed[3]);
    assert(!(looked[112] && stale[112]));
    stale[113] = true;
    looked[112] = true; stale[112] = false;
    if
    :: mem[56] == 11 -> mem[56] = 43; goto n70
    :: else -> assert(false)
    fi
  }
n67: atomic {
    assert(!freed[2]);
    assert(!(looked[80] && stale[80]));
    stale[81] = true;
    looked[80] = true; stale[80] = false;
    if
    :: mem[40] == 11 -> mem[40] = 43; goto n71
    :: else -> assert(false)
    fi
  }
n68: atomic {
    assert(!freed[3]);
    assert(!(looked[112] && stale[112]));
    stale[113] = true;
    looked[112] = true; stale[112] = false;
    if
    :: mem[56] == 11 -> mem[56] = 43; goto n72
    :: else -> assert(false)
    fi
  }
n69: atomic {
    assert(!freed[2]);
    looked[82] = true; stale[82] = false;
    if
    :: mem[41] == 12 -> goto n73
    :: else -> assert(false)
    fi
  }
n70: atomic {
    assert(!freed[3]);
    looked[114] = true; stale[114] = false;
    if
    :: mem[57] == 12 -> goto n74
    :: else -> assert(false)
    fi
  }
n71: atomic {
    assert(!freed[2]);
    looked[82] = true; stale[82] = false;
    if
    :: mem[41] == 12 -> goto n75
    :: else -> assert(false)
    fi
  }
n72: atomic {
    assert(!freed[3]);
    looked[114] = true; stale[114] = false;
    if
    :: mem[57] == 12 -> goto n76
    :: else -> assert(false)
    fi
  }
n73: atomic {
    assert(!freed[2]);
    assert(!(looked[82] && stale[82]));
    stale[83] = true;
    looked[82] = true; stale[82] = false;
    if
    :: mem[41] == 12 -> mem[41] = 44; goto n77
    :: else -> assert(false)
    fi
  }
n74: atomic {
    assert(!freed[3]);
    assert(!(looked[114] && stale[114]));
    stale[115] = true;
    looked[114] = true; stale[114] = false;
    if
    :: mem[57] == 12 -> mem[57] = 44; goto n78
    :: else -> assert(false)
    fi
  }
n75: atomic {
    assert(!freed[2]);
    assert(!(looked[82] && stale[82]));
    stale[83] = true;
    looked[82] = true; stale[82] = false;
    if
    :: mem[41] == 12 -> mem[41] = 44; goto n79
    :: else -> assert(false)
    fi
  }
n76: atomic {
    assert(!freed[3]);
    assert(!(looked[114] && stale[114]));
    stale[115] = true;
    looked[114] = true; stale[114] = false;
    if
    :: mem[57] == 12 -> mem[57] = 44; goto n80
    :: else -> assert(false)
    fi
  }
n77: atomic {
    assert(!freed[2]);
    looked[84] = true; stale[84] = false;
    if
    :: mem[42] == 13 -> goto n81
    :: else -> assert(false)
    fi
  }
n78: atomic {
    assert(!freed[3]);
    looked[116] = true; stale[116] = false;
    if
    :: mem[58] == 13 -> goto n82
    :: else -> assert(false)
    fi
  }
n79: atomic {
    assert(!freed[2]);
    looked[84] = true; stale[84] = false;
    if
    :: mem[42] == 13 -> goto n83
    :: else -> assert(false)
    fi
  }
n80: atomic {
    assert(!freed[3]);
    looked[116] = true; stale[116] = false;
    if
    :: mem[58] == 13 -> goto n84
    :: else -> assert(false)
    fi
  }
n81: atomic {
    assert(!freed[2]);
    assert(!(looked[84] && stale[84]));
    stale[85] = true;
    looked[84] = true; stale[84] = false;
    if
    :: mem[42] == 13 -> mem[42] = 45; goto n85
    :: else -> assert(false)
    fi
  }
n82: atomic {
    assert(!freed[3]);
    assert(!(looked[116] && stale[116]));
    stale[117] = true;
    looked[116] = true; stale[116] = false;
    if
    :: mem[58] == 13 -> mem[58] = 45; goto n86
    :: else -> assert(false)
    fi
  }
n83: atomic {
    assert(!freed[2]);
    assert(!(looked[84] && stale[84]));
    stale[85] = true;
    looked[84] = true; stale[84] = false;
    if
    :: mem[42] == 13 -> mem[42] = 45; goto n87
    :: else -> assert(false)
    fi
  }
n84: atomic {
    assert(!freed[3]);
    assert(!(looked[116] && stale[116]));
    stale[117] = true;
    looked[116] = true; stale[116] = false;
    if
    :: mem[58] == 13 -> mem[58] = 45; goto n88
    :: else -> assert(false)
    fi
  }
n85: atomic {
    assert(!freed[2]);
    looked[86] = true; stale[86] = false;
    if
    :: mem[43] == 14 -> goto n89
    :: else -> assert(false)
    fi
  }
n86: atomic {
    assert(!freed[3]);
    looked[118] = true; stale[118] = false;
    if
    :: mem[59] == 14 -> goto n90
    :: else -> assert(false)
    fi
  }
n87: atomic {
    assert(!freed[2]);
    looked[86] = true; stale[86] = false;
    if
    :: mem[43] == 14 -> goto n91
    :: else -> assert(false)
    fi
  }
n88: atomic {
    assert(!freed[3]);
    looked[118] = true; stale[118] = false;
    if
    :: mem[59] == 14 -> goto n92
    :: else -> assert(false)
    fi
  }
n89: atomic {
    assert(!freed[2]);
    assert(!(looked[86] && stale[86]));
    stale[87] = true;
    looked[86] = true; stale[86] = false;
    if
    :: mem[43] == 14 -> mem[43] = 46; goto n93
    :: else -> assert(false)
    fi
  }
n90: atomic {
    assert(!freed[3]);
    assert(!(looked[118] && stale[118]));
    stale[119] = true;
    looked[118] = true; stale[118] = false;
    if
    :: mem[59] == 14 -> mem[59] = 46; goto n94
    :: else -> assert(false)
    fi
  }
n91: atomic {
    assert(!freed[2]);
    assert(!(looked[86] && stale[86]));
    stale[87] = true;
    looked[86] = true; stale[86] = false;
    if
    :: mem[43] == 14 -> mem[43] = 46; goto n95
    :: else -> assert(false)
    fi
  }
n92: atomic {
    assert(!freed[3]);
    assert(!(looked[118] && stale[118]));
    stale[119] = true;
    looked[118] = true; stale[118] = false;
    if
    :: mem[59] == 14 -> mem[59] = 46; goto n96
    :: else -> assert(false)
    fi
  }
n93: atomic {
    assert(!freed[2]);
    looked[88] = true; stale[88] = false;
    if
    :: mem[44] == 15 -> goto n97
    :: else -> assert(false)
    fi
  }
n94: atomic {
    assert(!freed[3]);
    looked[120] = true; stale[120] = false;
    if
    :: mem[60] == 15 -> goto n98
    :: else -> assert(false)
    fi
  }
n95: atomic {
    assert(!freed[2]);
    looked[88] = true; stale[88] = false;
    if
    :: mem[44] == 15 -> goto n99
    :: else -> assert(false)
    fi
  }
n96: atomic {
    assert(!freed[3]);
    looked[120] = true; stale[120] = false;
    if
    :: mem[60] == 15 -> goto n100
    :: else -> assert(false)
    fi
  }
n97: atomic {
    assert(!freed[2]);
    assert(!(looked[88] && stale[88]));
    stale[89] = true;
    looked[88] = true; stale[88] = false;
    if
    :: mem[44] == 15 -> mem[44] = 47; goto n101
    :: else -> assert(false)
    fi
  }
n98: atomic {
    assert(!freed[3]);
    assert(!(looked[120] && stale[120]));
    stale[121] = true;
    looked[120] = true; stale[120] = false;
    if
    :: mem[60] == 15 -> mem[60] = 47; goto n102
    :: else -> assert(false)
    fi
  }
n99: atomic {
    assert(!freed[2]);
    assert(!(looked[88] && stale[88]));
    stale[89] = true;
    looked[88] = true; stale[88] = false;
    if
    :: mem[44] == 15 -> mem[44] = 47; goto n103
    :: else -> assert(false)
    fi
  }
n100: atomic {
    assert(!freed[3]);
    assert(!(looked[120] && stale[120]));
    stale[121] = true;
    looked[120] = true; stale[120] = false;
    if
    :: mem[60] == 15 -> mem[60] = 47; goto n104
    :: else -> assert(false)
    fi
  }
n101: atomic {
    assert(!freed[2]);
    looked[90] = true; stale[90] = false;
    if
    :: mem[45] == 16 -> goto n105
    :: else -> assert(false)
    fi
  }
n102: atomic {
    assert(!freed[3]);
    looked[122] = true; stale[122] = false;
    if
    :: mem[61] == 16 -> goto n106
    :: else -> assert(false)
    fi
  }
n103: atomic {
    assert(!freed[2]);
    looked[90] = true; stale[90] = false;
    if
    :: mem[45] == 16 -> goto n107
    :: else -> assert(false)
    fi
  }
n104: atomic {
    assert(!freed[3]);
    looked[122] = true; stale[122] = false;
    if
    :: mem[61] == 16 -> goto n108
    :: else -> assert(false)
    fi
  }
n105: atomic {
    assert(!freed[2]);
    assert(!(looked[90] && stale[90]));
    stale[91] = true;
    looked[90] = true; stale[90] = false;
    if
    :: mem[45] == 16 -> mem[45] = 48; goto n109
    :: else -> assert(false)
    fi
  }
n106: atomic {
    assert(!freed[3]);
    assert(!(looked[122] && stale[122]));
    stale[123] = true;
    looked[122] = true; stale[122] = false;
    if
    :: mem[61] == 16 -> mem[61] = 48; goto n110
    :: else -> assert(false)
    fi
  }
n107: atomic {
    assert(!freed[2]);
    assert(!(looked[90] && stale[90]));
    stale[91] = true;
    looked[90] = true; stale[90] = false;
    if
    :: mem[45] == 16 -> mem[45] = 48; goto n111
    :: else -> assert(false)
    fi
  }
n108: atomic {
    assert(!freed[3]);
    assert(!(looked[122] && stale[122]));
    stale[123] = true;
    looked[122] = true; stale[122] = false;
    if
    :: mem[61] == 16 -> mem[61] = 48; goto n112
    :: else -> assert(false)
    fi
  }
n109: atomic {
    assert(!freed[2]);
    looked[92] = true; stale[92] = false;
    if
    :: mem[46] == 17 -> goto n113
    :: else -> assert(false)
    fi
  }
n110: atomic {
    assert(!freed[3]);
    looked[124] = true; stale[124] = false;
    if
    :: mem[62] == 17 -> goto n114
    :: else -> assert(false)
    fi
  }
n111: atomic {
    assert(!freed[2]);
    looked[92] = true; stale[92] = false;
    if
    :: mem[46] == 17 -> goto n115
    :: else -> assert(false)
    fi
  }
n112: atomic {
    assert(!freed[3]);
    looked[124] = true; stale[124] = false;
    if
    :: mem[62] == 17 -> goto n116
    :: else -> assert(false)
    fi
  }
n113: atomic {
    assert(!freed[2]);
    assert(!(looked[92] && stale[92]));
    stale[93] = true;
    looked[92] = true; stale[92] = false;
    if
    :: mem[46] == 17 -> mem[46] = 49; goto n117
    :: else -> assert(false)
    fi
  }
n114: atomic {
    assert(!freed[3]);
    assert(!(looked[124] && stale[124]));
    stale[125] = true;
    looked[124] = true; stale[124] = false;
    if
    :: mem[62] == 17 -> mem[62] = 49; goto n118
    :: else -> assert(false)
    fi
  }
n115: atomic {
    assert(!freed[2]);
    assert(!(looked[92] && stale[92]));
    stale[93] = true;
    looked[92] = true; stale[92] = false;
    if
    :: mem[46] == 17 -> mem[46] = 49; goto n119
    :: else -> assert(false)
    fi
  }
n116: atomic {
    assert(!freed[3]);
    assert(!(looked[124] && stale[124]));
    stale[125] = true;
    looked[124] = true; stale[124] = false;
    if
    :: mem[62] == 17 -> mem[62] = 49; goto n120
    :: else -> assert(false)
    fi
  }
n117: atomic {
    assert(!freed[2]);
    looked[94] = true; stale[94] = false;
    if
    :: mem[47] == 18 -> goto n121
    :: else -> assert(false)
    fi
  }
n118: atomic {
    assert(!freed[3]);
    looked[126] = true; stale[126] = false;
    if
    :: mem[63] == 18 -> goto n122
    :: else -> assert(false)
    fi
  }
n119: atomic {
    assert(!freed[2]);
    looked[94] = true; stale[94] = false;
    if
    :: mem[47] == 18 -> goto n123
    :: else -> assert(false)
    fi
  }
n120: atomic {
    assert(!freed[3]);
    looked[126] = true; stale[126] = false;
    if
    :: mem[63] == 18 -> goto n124
    :: else -> assert(false)
    fi
  }
n121: atomic {
    assert(!freed[2]);
    assert(!(looked[94] && stale[94]));
    stale[95] = true;
    looked[94] = true; stale[94] = false;
    if
    :: mem[47] == 18 -> mem[47] = 50; goto n125
    :: else -> assert(false)
    fi
  }
n122: atomic {
    assert(!freed[3]);
    assert(!(looked[126] && stale[126]));
    stale[127] = true;
    looked[126] = true; stale[126] = false;
    if
    :: mem[63] == 18 -> mem[63] = 50; goto n126
    :: else -> assert(false)
    fi
  }
n123: atomic {
    assert(!freed[2]);
    assert(!(looked[94] && stale[94]));
    stale[95] = true;
    looked[94] = true; stale[94] = false;
    if
    :: mem[47] == 18 -> mem[47] = 50; goto n127
    :: else -> assert(false)
    fi
  }
n124: atomic {
    assert(!freed[3]);
    assert(!(looked[126] && stale[126]));
    stale[127] = true;
    looked[126] = true; stale[126] = false;
    if
    :: mem[63] == 18 -> mem[63] = 50; goto n128
    :: else -> assert(false)
    fi
  }
n125: atomic {
    assert(!freed[2]);
    looked[96] = true; stale[96] = false;
    if
    :: mem[48] == 19 -> goto n129
    :: else -> assert(false)
    fi
  }
n126: atomic {
    assert(!freed[3]);
    looked[128] = true; stale[128] = false;
    if
    :: mem[64] == 19 -> goto n130
    :: else -> assert(false)
    fi
  }
n127: atomic {
    assert(!freed[2]);
    looked[96] = true; stale[96] = false;
    if
    :: mem[48] == 19 -> goto n131
    :: else -> assert(false)
    fi
  }
n128: atomic {
    assert(!freed[3]);
    looked[128] = true; stale[128] = false;
    if
    :: mem[64] == 19 -> goto n132
    :: else -> assert(false)
    fi
  }
n129: atomic {
    assert(!freed[2]);
    assert(!(looked[96] && stale[96]));
    stale[97] = true;
    looked[96] = true; stale[96] = false;
    if
    :: mem[48] == 19 -> mem[48] = 51; goto n133
    :: else -> assert(false)
    fi
  }
n130: atomic {
    assert(!freed[3]);
    assert(!(looked[128] && stale[128]));
    stale[129] = true;
    looked[128] = true; stale[128] = false;
    if
    :: mem[64] == 19 -> mem[64] = 51; goto n134
    :: else -> assert(false)
    fi
  }
n131: atomic {
    assert(!freed[2]);
    assert(!(looked[96] && stale[96]));
    stale[97] = true;
    looked[96] = true; stale[96] = false;
    if
    :: mem[48] == 19 -> mem[48] = 51; goto n135
    :: else -> assert(false)
    fi
  }
n132: atomic {
    assert(!freed[3]);
    assert(!(looked[128] && stale[128]));
    stale[129] = true;
    looked[128] = true; stale[128] = false;
    if
    :: mem[64] == 19 -> mem[64] = 51; goto n136
    :: else -> assert(false)
    fi
  }
n133: atomic {
    assert(!freed[2]);
    looked[98] = true; stale[98] = false;
    if
    :: mem[49] == 20 -> goto n137
    :: else -> assert(false)
    fi
  }
n134: atomic {
    assert(!freed[3]);
    looked[130] = true; stale[130] = false;
    if
    :: mem[65] == 20 -> goto n138
    :: else -> assert(false)
    fi
  }
n135: atomic {
    assert(!freed[2]);
    looked[98] = true; stale[98] = false;
    if
    :: mem[49] == 20 -> goto n139
    :: else -> assert(false)
    fi
  }
n136: atomic {
    assert(!freed[3]);
    looked[130] = true; stale[130] = false;
    if
    :: mem[65] == 20 -> goto n140
    :: else -> assert(false)
    fi
  }
n137: atomic {
    assert(!freed[2]);
    assert(!(looked[98] && stale[98]));
    stale[99] = true;
    looked[98] = true; stale[98] = false;
    if
    :: mem[49] == 20 -> mem[49] = 52; goto done
    :: else -> assert(false)
    fi
  }
n138: atomic {
    assert(!freed[3]);
    assert(!(looked[130] && stale[130]));
    stale[131] = true;
    looked[130] = true; stale[130] = false;
    if
    :: mem[65] == 20 -> mem[65] = 52; goto done
    :: else -> assert(false)
    fi
  }
n139: atomic {
    assert(!freed[2]);
    assert(!(looked[98] && stale[98]));
    stale[99] = true;
    looked[98] = true; stale[98] = false;
    if
    :: mem[49] == 20 -> mem[49] = 52; goto done
    :: else -> assert(false)
    fi
  }
n140: atomic {
    assert(!freed[3]);
    assert(!(looked[130] && stale[130]));
    stale[131] = true;
    looked[130] = true; stale[130] = false;
    if
    :: mem[65] == 20 -> mem[65] = 52; goto done
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
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 4 -> goto n5
    :: mem[1] == 2 -> goto n6
    :: else -> assert(false)
    fi
  }
n5: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 4 -> goto n7
    :: else -> assert(false)
    fi
  }
n6: atomic {
    assert(!freed[1]);
    assert(!(looked[3] && stale[3]));
    stale[2] = true;
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> mem[1] = 3; mem[35] = 5; mem[34] = 6; mem[36] = 7; mem[37] = 8; mem[38] = 9; mem[39] = 10; mem[40] = 11; mem[41] = 12; mem[42] = 13; mem[43] = 14; mem[44] = 15; mem[45] = 16; mem[46] = 17; mem[47] = 18; mem[48] = 19; mem[49] = 20; mem[3] = 21; mem[4] = 22; mem[5] = 23; mem[2] = 24; mem[6] = 25; mem[7] = 26; mem[8] = 27; mem[9] = 28; mem[10] = 29; mem[11] = 30; mem[12] = 31; mem[13] = 32; mem[14] = 33; mem[15] = 34; mem[16] = 35; mem[17] = 36; goto n8
    :: mem[1] == 4 -> mem[1] = 3; mem[35] = 5; mem[34] = 6; mem[36] = 7; mem[37] = 8; mem[38] = 9; mem[39] = 10; mem[40] = 11; mem[41] = 12; mem[42] = 13; mem[43] = 14; mem[44] = 15; mem[45] = 16; mem[46] = 17; mem[47] = 18; mem[48] = 19; mem[49] = 20; mem[3] = 21; mem[4] = 22; mem[5] = 23; mem[2] = 24; mem[6] = 25; mem[7] = 26; mem[8] = 27; mem[9] = 28; mem[10] = 29; mem[11] = 30; mem[12] = 31; mem[13] = 32; mem[14] = 33; mem[15] = 34; mem[16] = 35; mem[17] = 36; goto n9
    :: else -> assert(false)
    fi
  }
n7: atomic {
    assert(!freed[3]);
    looked[37] = true; stale[37] = false;
    if
    :: mem[18] == 24 -> goto n10
    :: else -> assert(false)
    fi
  }
n8: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 3 -> goto n11
    :: mem[1] == 4 -> goto n12
    :: else -> assert(false)
    fi
  }
n9: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 3 -> goto n13
    :: else -> assert(false)
    fi
  }
n10: atomic {
    assert(!freed[3]);
    looked[39] = true; stale[39] = false;
    if
    :: mem[19] == 21 -> goto n14
    :: else -> assert(false)
    fi
  }
n11: atomic {
    assert(!freed[2]);
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 24 -> goto n15
    :: else -> assert(false)
    fi
  }
n12: atomic {
    assert(!freed[3]);
    looked[37] = true; stale[37] = false;
    if
    :: mem[18] == 24 -> goto n16
    :: else -> assert(false)
    fi
  }
n13: atomic {
    assert(!freed[2]);
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 24 -> goto n17
    :: else -> assert(false)
    fi
  }
n14: atomic {
    assert(!freed[3]);
    assert(!(looked[39] && stale[39]));
    stale[38] = true;
    looked[39] = true; stale[39] = false;
    if
    :: mem[19] == 21 -> mem[19] = 53; goto n18
    :: else -> assert(false)
    fi
  }
n15: atomic {
    assert(!freed[2]);
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 21 -> goto n19
    :: else -> assert(false)
    fi
  }
n16: atomic {
    assert(!freed[3]);
    looked[39] = true; stale[39] = false;
    if
    :: mem[19] == 21 -> goto n20
    :: else -> assert(false)
    fi
  }
n17: atomic {
    assert(!freed[2]);
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 21 -> goto n21
    :: else -> assert(false)
    fi
  }
n18: atomic {
    assert(!freed[3]);
    looked[41] = true; stale[41] = false;
    if
    :: mem[20] == 22 -> goto n22
    :: else -> assert(false)
    fi
  }
n19: atomic {
    assert(!freed[2]);
    assert(!(looked[7] && stale[7]));
    stale[6] = true;
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 21 -> mem[3] = 53; goto n23
    :: else -> assert(false)
    fi
  }
n20: atomic {
    assert(!freed[3]);
    assert(!(looked[39] && stale[39]));
    stale[38] = true;
    looked[39] = true; stale[39] = false;
    if
    :: mem[19] == 21 -> mem[19] = 53; goto n24
    :: else -> assert(false)
    fi
  }
n21: atomic {
    assert(!freed[2]);
    assert(!(looked[7] && stale[7]));
    stale[6] = true;
    looked[7] = true; stale[7] = false;
    if
    :: mem[3] == 21 -> mem[3] = 53; goto n25
    :: else -> assert(false)
    fi
  }
n22: atomic {
    assert(!freed[3]);
    assert(!(looked[41] && stale[41]));
    stale[40] = true;
    looked[41] = true; stale[41] = false;
    if
    :: mem[20] == 22 -> mem[20] = 54; goto n26
    :: else -> assert(false)
    fi
  }
n23: atomic {
    assert(!freed[2]);
    looked[9] = true; stale[9] = false;
    if
    :: mem[4] == 22 -> goto n27
    :: else -> assert(false)
    fi
  }
n24: atomic {
    assert(!freed[3]);
    looked[41] = true; stale[41] = false;
    if
    :: mem[20] == 22 -> goto n28
    :: else -> assert(false)
    fi
  }
n25: atomic {
    assert(!freed[2]);
    looked[9] = true; stale[9] = false;
    if
    :: mem[4] == 22 -> goto n29
    :: else -> assert(false)
    fi
  }
n26: atomic {
    assert(!freed[3]);
    looked[43] = true; stale[43] = false;
    if
    :: mem[21] == 23 -> goto n30
    :: else -> assert(false)
    fi
  }
n27: atomic {
    assert(!freed[2]);
    assert(!(looked[9] && stale[9]));
    stale[8] = true;
    looked[9] = true; stale[9] = false;
    if
    :: mem[4] == 22 -> mem[4] = 54; goto n31
    :: else -> assert(false)
    fi
  }
n28: atomic {
    assert(!freed[3]);
    assert(!(looked[41] && stale[41]));
    stale[40] = true;
    looked[41] = true; stale[41] = false;
    if
    :: mem[20] == 22 -> mem[20] = 54; goto n32
    :: else -> assert(false)
    fi
  }
n29: atomic {
    assert(!freed[2]);
    assert(!(looked[9] && stale[9]));
    stale[8] = true;
    looked[9] = true; stale[9] = false;
    if
    :: mem[4] == 22 -> mem[4] = 54; goto n33
    :: else -> assert(false)
    fi
  }
n30: atomic {
    assert(!freed[3]);
    assert(!(looked[43] && stale[43]));
    stale[42] = true;
    looked[43] = true; stale[43] = false;
    if
    :: mem[21] == 23 -> mem[21] = 55; goto n34
    :: else -> assert(false)
    fi
  }
n31: atomic {
    assert(!freed[2]);
    looked[11] = true; stale[11] = false;
    if
    :: mem[5] == 23 -> goto n35
    :: else -> assert(false)
    fi
  }
n32: atomic {
    assert(!freed[3]);
    looked[43] = true; stale[43] = false;
    if
    :: mem[21] == 23 -> goto n36
    :: else -> assert(false)
    fi
  }
n33: atomic {
    assert(!freed[2]);
    looked[11] = true; stale[11] = false;
    if
    :: mem[5] == 23 -> goto n37
    :: else -> assert(false)
    fi
  }
n34: atomic {
    assert(!freed[3]);
    looked[37] = true; stale[37] = false;
    if
    :: mem[18] == 24 -> goto n38
    :: else -> assert(false)
    fi
  }
n35: atomic {
    assert(!freed[2]);
    assert(!(looked[11] && stale[11]));
    stale[10] = true;
    looked[11] = true; stale[11] = false;
    if
    :: mem[5] == 23 -> mem[5] = 55; goto n39
    :: else -> assert(false)
    fi
  }
n36: atomic {
    assert(!freed[3]);
    assert(!(looked[43] && stale[43]));
    stale[42] = true;
    looked[43] = true; stale[43] = false;
    if
    :: mem[21] == 23 -> mem[21] = 55; goto n40
    :: else -> assert(false)
    fi
  }
n37: atomic {
    assert(!freed[2]);
    assert(!(looked[11] && stale[11]));
    stale[10] = true;
    looked[11] = true; stale[11] = false;
    if
    :: mem[5] == 23 -> mem[5] = 55; goto n41
    :: else -> assert(false)
    fi
  }
n38: atomic {
    assert(!freed[3]);
    assert(!(looked[37] && stale[37]));
    stale[36] = true;
    looked[37] = true; stale[37] = false;
    if
    :: mem[18] == 24 -> mem[18] = 56; goto n42
    :: else -> assert(false)
    fi
  }
n39: atomic {
    assert(!freed[2]);
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 24 -> goto n43
    :: else -> assert(false)
    fi
  }
n40: atomic {
    assert(!freed[3]);
    looked[37] = true; stale[37] = false;
    if
    :: mem[18] == 24 -> goto n44
    :: else -> assert(false)
    fi
  }
n41: atomic {
    assert(!freed[2]);
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 24 -> goto n45
    :: else -> assert(false)
    fi
  }
n42: atomic {
    assert(!freed[3]);
    looked[45] = true; stale[45] = false;
    if
    :: mem[22] == 25 -> goto n46
    :: else -> assert(false)
    fi
  }
n43: atomic {
    assert(!freed[2]);
    assert(!(looked[5] && stale[5]));
    stale[4] = true;
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 24 -> mem[2] = 56; goto n47
    :: else -> assert(false)
    fi
  }
n44: atomic {
    assert(!freed[3]);
    assert(!(looked[37] && stale[37]));
    stale[36] = true;
    looked[37] = true; stale[37] = false;
    if
    :: mem[18] == 24 -> mem[18] = 56; goto n48
    :: else -> assert(false)
    fi
  }
n45: atomic {
    assert(!freed[2]);
    assert(!(looked[5] && stale[5]));
    stale[4] = true;
    looked[5] = true; stale[5] = false;
    if
    :: mem[2] == 24 -> mem[2] = 56; goto n49
    :: else -> assert(false)
    fi
  }
n46: atomic {
    assert(!freed[3]);
    assert(!(looked[45] && stale[45]));
    stale[44] = true;
    looked[45] = true; stale[45] = false;
    if
    :: mem[22] == 25 -> mem[22] = 57; goto n50
    :: else -> assert(false)
    fi
  }
n47: atomic {
    assert(!freed[2]);
    looked[13] = true; stale[13] = false;
    if
    :: mem[6] == 25 -> goto n51
    :: else -> assert(false)
    fi
  }
n48: atomic {
    assert(!freed[3]);
    looked[45] = true; stale[45] = false;
    if
    :: mem[22] == 25 -> goto n52
    :: else -> assert(false)
    fi
  }
n49: atomic {
    assert(!freed[2]);
    looked[13] = true; stale[13] = false;
    if
    :: mem[6] == 25 -> goto n53
    :: else -> assert(false)
    fi
  }
n50: atomic {
    assert(!freed[3]);
    looked[47] = true; stale[47] = false;
    if
    :: mem[23] == 26 -> goto n54
    :: else -> assert(false)
    fi
  }
n51: atomic {
    assert(!freed[2]);
    assert(!(looked[13] && stale[13]));
    stale[12] = true;
    looked[13] = true; stale[13] = false;
    if
    :: mem[6] == 25 -> mem[6] = 57; goto n55
    :: else -> assert(false)
    fi
  }
n52: atomic {
    assert(!freed[3]);
    assert(!(looked[45] && stale[45]));
    stale[44] = true;
    looked[45] = true; stale[45] = false;
    if
    :: mem[22] == 25 -> mem[22] = 57; goto n56
    :: else -> assert(false)
    fi
  }
n53: atomic {
    assert(!freed[2]);
    assert(!(looked[13] && stale[13]));
    stale[12] = true;
    looked[13] = true; stale[13] = false;
    if
    :: mem[6] == 25 -> mem[6] = 57; goto n57
    :: else -> assert(false)
    fi
  }
n54: atomic {
    assert(!freed[3]);
    assert(!(looked[47] && stale[47]));
    stale[46] = true;
    looked[47] = true; stale[47] = false;
    if
    :: mem[23] == 26 -> mem[23] = 58; goto n58
    :: else -> assert(false)
    fi
  }
n55: atomic {
    assert(!freed[2]);
    looked[15] = true; stale[15] = false;
    if
    :: mem[7] == 26 -> goto n59
    :: else -> assert(false)
    fi
  }
n56: atomic {
    assert(!freed[3]);
    looked[47] = true; stale[47] = false;
    if
    :: mem[23] == 26 -> goto n60
    :: else -> assert(false)
    fi
  }
n57: atomic {
    assert(!freed[2]);
    looked[15] = true; stale[15] = false;
    if
    :: mem[7] == 26 -> goto n61
    :: else -> assert(false)
    fi
  }
n58: atomic {
    assert(!freed[3]);
    looked[49] = true; stale[49] = false;
    if
    :: mem[24] == 27 -> goto n62
    :: else -> assert(false)
    fi
  }
n59: atomic {
    assert(!freed[2]);
    assert(!(looked[15] && stale[15]));
    stale[14] = true;
    looked[15] = true; stale[15] = false;
    if
    :: mem[7] == 26 -> mem[7] = 58; goto n63
    :: else -> assert(false)
    fi
  }
n60: atomic {
    assert(!freed[3]);
    assert(!(looked[47] && stale[47]));
    stale[46] = true;
    looked[47] = true; stale[47] = false;
    if
    :: mem[23] == 26 -> mem[23] = 58; goto n64
    :: else -> assert(false)
    fi
  }
n61: atomic {
    assert(!freed[2]);
    assert(!(looked[15] && stale[15]));
    stale[14] = true;
    looked[15] = true; stale[15] = false;
    if
    :: mem[7] == 26 -> mem[7] = 58; goto n65
    :: else -> assert(false)
    fi
  }
n62: atomic {
    assert(!freed[3]);
    assert(!(looked[49] && stale[49]));
    stale[48] = true;
    looked[49] = true; stale[49] = false;
    if
    :: mem[24] == 27 -> mem[24] = 59; goto n66
    :: else -> assert(false)
    fi
  }
n63: atomic {
    assert(!freed[2]);
    looked[17] = true; stale[17] = false;
    if
    :: mem[8] == 27 -> goto n67
    :: else -> assert(false)
    fi
  }
n64: atomic {
    assert(!freed[3]);
    looked[49] = true; stale[49] = false;
    if
    :: mem[24] == 27 -> goto n68
    :: else -> assert(false)
    fi
  }
n65: atomic {
    assert(!freed[2]);
    looked[17] = true; stale[17] = false;
    if
    :: mem[8] == 27 -> goto n69
    :: else -> assert(false)
    fi
  }
n66: atomic {
    assert(!freed[3]);
    looked[51] = true; stale[51] = false;
    if
    :: mem[25] == 28 -> goto n70
    :: else -> assert(false)
    fi
  }
n67: atomic {
    assert(!freed[2]);
    assert(!(looked[17] && stale[17]));
    stale[16] = true;
    looked[17] = true; stale[17] = false;
    if
    :: mem[8] == 27 -> mem[8] = 59; goto n71
    :: else -> assert(false)
    fi
  }
n68: atomic {
    assert(!freed[3]);
    assert(!(looked[49] && stale[49]));
    stale[48] = true;
    looked[49] = true; stale[49] = false;
    if
    :: mem[24] == 27 -> mem[24] = 59; goto n72
    :: else -> assert(false)
    fi
  }
n69: atomic {
    assert(!freed[2]);
    assert(!(looked[17] && stale[17]));
    stale[16] = true;
    looked[17] = true; stale[17] = false;
    if
    :: mem[8] == 27 -> mem[8] = 59; goto n73
    :: else -> assert(false)
    fi
  }
n70: atomic {
    assert(!freed[3]);
    assert(!(looked[51] && stale[51]));
    stale[50] = true;
    looked[51] = true; stale[51] = false;
    if
    :: mem[25] == 28 -> mem[25] = 60; goto n74
    :: else -> assert(false)
    fi
  }
n71: atomic {
    assert(!freed[2]);
    looked[19] = true; stale[19] = false;
    if
    :: mem[9] == 28 -> goto n75
    :: else -> assert(false)
    fi
  }
n72: atomic {
    assert(!freed[3]);
    looked[51] = true; stale[51] = false;
    if
    :: mem[25] == 28 -> goto n76
    :: else -> assert(false)
    fi
  }
n73: atomic {
    assert(!freed[2]);
    looked[19] = true; stale[19] = false;
    if
    :: mem[9] == 28 -> goto n77
    :: else -> assert(false)
    fi
  }
n74: atomic {
    assert(!freed[3]);
    looked[53] = true; stale[53] = false;
    if
    :: mem[26] == 29 -> goto n78
    :: else -> assert(false)
    fi
  }
n75: atomic {
    assert(!freed[2]);
    assert(!(looked[19] && stale[19]));
    stale[18] = true;
    looked[19] = true; stale[19] = false;
    if
    :: mem[9] == 28 -> mem[9] = 60; goto n79
    :: else -> assert(false)
    fi
  }
n76: atomic {
    assert(!freed[3]);
    assert(!(looked[51] && stale[51]));
    stale[50] = true;
    looked[51] = true; stale[51] = false;
    if
    :: mem[25] == 28 -> mem[25] = 60; goto n80
    :: else -> assert(false)
    fi
  }
n77: atomic {
    assert(!freed[2]);
    assert(!(looked[19] && stale[19]));
    stale[18] = true;
    looked[19] = true; stale[19] = false;
    if
    :: mem[9] == 28 -> mem[9] = 60; goto n81
    :: else -> assert(false)
    fi
  }
n78: atomic {
    assert(!freed[3]);
    assert(!(looked[53] && stale[53]));
    stale[52] = true;
    looked[53] = true; stale[53] = false;
    if
    :: mem[26] == 29 -> mem[26] = 61; goto n82
    :: else -> assert(false)
    fi
  }
n79: atomic {
    assert(!freed[2]);
    looked[21] = true; stale[21] = false;
    if
    :: mem[10] == 29 -> goto n83
    :: else -> assert(false)
    fi
  }
n80: atomic {
    assert(!freed[3]);
    looked[53] = true; stale[53] = false;
    if
    :: mem[26] == 29 -> goto n84
    :: else -> assert(false)
    fi
  }
n81: atomic {
    assert(!freed[2]);
    looked[21] = true; stale[21] = false;
    if
    :: mem[10] == 29 -> goto n85
    :: else -> assert(false)
    fi
  }
n82: atomic {
    assert(!freed[3]);
    looked[55] = true; stale[55] = false;
    if
    :: mem[27] == 30 -> goto n86
    :: else -> assert(false)
    fi
  }
n83: atomic {
    assert(!freed[2]);
    assert(!(looked[21] && stale[21]));
    stale[20] = true;
    looked[21] = true; stale[21] = false;
    if
    :: mem[10] == 29 -> mem[10] = 61; goto n87
    :: else -> assert(false)
    fi
  }
n84: atomic {
    assert(!freed[3]);
    assert(!(looked[53] && stale[53]));
    stale[52] = true;
    looked[53] = true; stale[53] = false;
    if
    :: mem[26] == 29 -> mem[26] = 61; goto n88
    :: else -> assert(false)
    fi
  }
n85: atomic {
    assert(!freed[2]);
    assert(!(looked[21] && stale[21]));
    stale[20] = true;
    looked[21] = true; stale[21] = false;
    if
    :: mem[10] == 29 -> mem[10] = 61; goto n89
    :: else -> assert(false)
    fi
  }
n86: atomic {
    assert(!freed[3]);
    assert(!(looked[55] && stale[55]));
    stale[54] = true;
    looked[55] = true; stale[55] = false;
    if
    :: mem[27] == 30 -> mem[27] = 62; goto n90
    :: else -> assert(false)
    fi
  }
n87: atomic {
    assert(!freed[2]);
    looked[23] = true; stale[23] = false;
    if
    :: mem[11] == 30 -> goto n91
    :: else -> assert(false)
    fi
  }
n88: atomic {
    assert(!freed[3]);
    looked[55] = true; stale[55] = false;
    if
    :: mem[27] == 30 -> goto n92
    :: else -> assert(false)
    fi
  }
n89: atomic {
    assert(!freed[2]);
    looked[23] = true; stale[23] = false;
    if
    :: mem[11] == 30 -> goto n93
    :: else -> assert(false)
    fi
  }
n90: atomic {
    assert(!freed[3]);
    looked[57] = true; stale[57] = false;
    if
    :: mem[28] == 31 -> goto n94
    :: else -> assert(false)
    fi
  }
n91: atomic {
    assert(!freed[2]);
    assert(!(looked[23] && stale[23]));
    stale[22] = true;
    looked[23] = true; stale[23] = false;
    if
    :: mem[11] == 30 -> mem[11] = 62; goto n95
    :: else -> assert(false)
    fi
  }
n92: atomic {
    assert(!freed[3]);
    assert(!(looked[55] && stale[55]));
    stale[54] = true;
    looked[55] = true; stale[55] = false;
    if
    :: mem[27] == 30 -> mem[27] = 62; goto n96
    :: else -> assert(false)
    fi
  }
n93: atomic {
    assert(!freed[2]);
    assert(!(looked[23] && stale[23]));
    stale[22] = true;
    looked[23] = true; stale[23] = false;
    if
    :: mem[11] == 30 -> mem[11] = 62; goto n97
    :: else -> assert(false)
    fi
  }
n94: atomic {
    assert(!freed[3]);
    assert(!(looked[57] && stale[57]));
    stale[56] = true;
    looked[57] = true; stale[57] = false;
    if
    :: mem[28] == 31 -> mem[28] = 63; goto n98
    :: else -> assert(false)
    fi
  }
n95: atomic {
    assert(!freed[2]);
    looked[25] = true; stale[25] = false;
    if
    :: mem[12] == 31 -> goto n99
    :: else -> assert(false)
    fi
  }
n96: atomic {
    assert(!freed[3]);
    looked[57] = true; stale[57] = false;
    if
    :: mem[28] == 31 -> goto n100
    :: else -> assert(false)
    fi
  }
n97: atomic {
    assert(!freed[2]);
    looked[25] = true; stale[25] = false;
    if
    :: mem[12] == 31 -> goto n101
    :: else -> assert(false)
    fi
  }
n98: atomic {
    assert(!freed[3]);
    looked[59] = true; stale[59] = false;
    if
    :: mem[29] == 32 -> goto n102
    :: else -> assert(false)
    fi
  }
n99: atomic {
    assert(!freed[2]);
    assert(!(looked[25] && stale[25]));
    stale[24] = true;
    looked[25] = true; stale[25] = false;
    if
    :: mem[12] == 31 -> mem[12] = 63; goto n103
    :: else -> assert(false)
    fi
  }
n100: atomic {
    assert(!freed[3]);
    assert(!(looked[57] && stale[57]));
    stale[56] = true;
    looked[57] = true; stale[57] = false;
    if
    :: mem[28] == 31 -> mem[28] = 63; goto n104
    :: else -> assert(false)
    fi
  }
n101: atomic {
    assert(!freed[2]);
    assert(!(looked[25] && stale[25]));
    stale[24] = true;
    looked[25] = true; stale[25] = false;
    if
    :: mem[12] == 31 -> mem[12] = 63; goto n105
    :: else -> assert(false)
    fi
  }
n102: atomic {
    assert(!freed[3]);
    assert(!(looked[59] && stale[59]));
    stale[58] = true;
    looked[59] = true; stale[59] = false;
    if
    :: mem[29] == 32 -> mem[29] = 64; goto n106
    :: else -> assert(false)
    fi
  }
n103: atomic {
    assert(!freed[2]);
    looked[27] = true; stale[27] = false;
    if
    :: mem[13] == 32 -> goto n107
    :: else -> assert(false)
    fi
  }
n104: atomic {
    assert(!freed[3]);
    looked[59] = true; stale[59] = false;
    if
    :: mem[29] == 32 -> goto n108
    :: else -> assert(false)
    fi
  }
n105: atomic {
    assert(!freed[2]);
    looked[27] = true; stale[27] = false;
    if
    :: mem[13] == 32 -> goto n109
    :: else -> assert(false)
    fi
  }
n106: atomic {
    assert(!freed[3]);
    looked[61] = true; stale[61] = false;
    if
    :: mem[30] == 33 -> goto n110
    :: else -> assert(false)
    fi
  }
n107: atomic {
    assert(!freed[2]);
    assert(!(looked[27] && stale[27]));
    stale[26] = true;
    looked[27] = true; stale[27] = false;
    if
    :: mem[13] == 32 -> mem[13] = 64; goto n111
    :: else -> assert(false)
    fi
  }
n108: atomic {
    assert(!freed[3]);
    assert(!(looked[59] && stale[59]));
    stale[58] = true;
    looked[59] = true; stale[59] = false;
    if
    :: mem[29] == 32 -> mem[29] = 64; goto n112
    :: else -> assert(false)
    fi
  }
n109: atomic {
    assert(!freed[2]);
    assert(!(looked[27] && stale[27]));
    stale[26] = true;
    looked[27] = true; stale[27] = false;
    if
    :: mem[13] == 32 -> mem[13] = 64; goto n113
    :: else -> assert(false)
    fi
  }
n110: atomic {
    assert(!freed[3]);
    assert(!(looked[61] && stale[61]));
    stale[60] = true;
    looked[61] = true; stale[61] = false;
    if
    :: mem[30] == 33 -> mem[30] = 65; goto n114
    :: else -> assert(false)
    fi
  }
n111: atomic {
    assert(!freed[2]);
    looked[29] = true; stale[29] = false;
    if
    :: mem[14] == 33 -> goto n115
    :: else -> assert(false)
    fi
  }
n112: atomic {
    assert(!freed[3]);
    looked[61] = true; stale[61] = false;
    if
    :: mem[30] == 33 -> goto n116
    :: else -> assert(false)
    fi
  }
n113: atomic {
    assert(!freed[2]);
    looked[29] = true; stale[29] = false;
    if
    :: mem[14] == 33 -> goto n117
    :: else -> assert(false)
    fi
  }
n114: atomic {
    assert(!freed[3]);
    looked[63] = true; stale[63] = false;
    if
    :: mem[31] == 34 -> goto n118
    :: else -> assert(false)
    fi
  }
n115: atomic {
    assert(!freed[2]);
    assert(!(looked[29] && stale[29]));
    stale[28] = true;
    looked[29] = true; stale[29] = false;
    if
    :: mem[14] == 33 -> mem[14] = 65; goto n119
    :: else -> assert(false)
    fi
  }
n116: atomic {
    assert(!freed[3]);
    assert(!(looked[61] && stale[61]));
    stale[60] = true;
    looked[61] = true; stale[61] = false;
    if
    :: mem[30] == 33 -> mem[30] = 65; goto n120
    :: else -> assert(false)
    fi
  }
n117: atomic {
    assert(!freed[2]);
    assert(!(looked[29] && stale[29]));
    stale[28] = true;
    looked[29] = true; stale[29] = false;
    if
    :: mem[14] == 33 -> mem[14] = 65; goto n121
    :: else -> assert(false)
    fi
  }
n118: atomic {
    assert(!freed[3]);
    assert(!(looked[63] && stale[63]));
    stale[62] = true;
    looked[63] = true; stale[63] = false;
    if
    :: mem[31] == 34 -> mem[31] = 66; goto n122
    :: else -> assert(false)
    fi
  }
n119: atomic {
    assert(!freed[2]);
    looked[31] = true; stale[31] = false;
    if
    :: mem[15] == 34 -> goto n123
    :: else -> assert(false)
    fi
  }
n120: atomic {
    assert(!freed[3]);
    looked[63] = true; stale[63] = false;
    if
    :: mem[31] == 34 -> goto n124
    :: else -> assert(false)
    fi
  }
n121: atomic {
    assert(!freed[2]);
    looked[31] = true; stale[31] = false;
    if
    :: mem[15] == 34 -> goto n125
    :: else -> assert(false)
    fi
  }
n122: atomic {
    assert(!freed[3]);
    looked[65] = true; stale[65] = false;
    if
    :: mem[32] == 35 -> goto n126
    :: else -> assert(false)
    fi
  }
n123: atomic {
    assert(!freed[2]);
    assert(!(looked[31] && stale[31]));
    stale[30] = true;
    looked[31] = true; stale[31] = false;
    if
    :: mem[15] == 34 -> mem[15] = 66; goto n127
    :: else -> assert(false)
    fi
  }
n124: atomic {
    assert(!freed[3]);
    assert(!(looked[63] && stale[63]));
    stale[62] = true;
    looked[63] = true; stale[63] = false;
    if
    :: mem[31] == 34 -> mem[31] = 66; goto n128
    :: else -> assert(false)
    fi
  }
n125: atomic {
    assert(!freed[2]);
    assert(!(looked[31] && stale[31]));
    stale[30] = true;
    looked[31] = true; stale[31] = false;
    if
    :: mem[15] == 34 -> mem[15] = 66; goto n129
    :: else -> assert(false)
    fi
  }
n126: atomic {
    assert(!freed[3]);
    assert(!(looked[65] && stale[65]));
    stale[64] = true;
    looked[65] = true; stale[65] = false;
    if
    :: mem[32] == 35 -> mem[32] = 67; goto n130
    :: else -> assert(false)
    fi
  }
n127: atomic {
    assert(!freed[2]);
    looked[33] = true; stale[33] = false;
    if
    :: mem[16] == 35 -> goto n131
    :: else -> assert(false)
    fi
  }
n128: atomic {
    assert(!freed[3]);
    looked[65] = true; stale[65] = false;
    if
    :: mem[32] == 35 -> goto n132
    :: else -> assert(false)
    fi
  }
n129: atomic {
    assert(!freed[2]);
    looked[33] = true; stale[33] = false;
    if
    :: mem[16] == 35 -> goto n133
    :: else -> assert(false)
    fi
  }
n130: atomic {
    assert(!freed[3]);
    looked[67] = true; stale[67] = false;
    if
    :: mem[33] == 36 -> goto n134
    :: else -> assert(false)
    fi
  }
n131: atomic {
    assert(!freed[2]);
    assert(!(looked[33] && stale[33]));
    stale[32] = true;
    looked[33] = true; stale[33] = false;
    if
    :: mem[16] == 35 -> mem[16] = 67; goto n135
    :: else -> assert(false)
    fi
  }
n132: atomic {
    assert(!freed[3]);
    assert(!(looked[65] && stale[65]));
    stale[64] = true;
    looked[65] = true; stale[65] = false;
    if
    :: mem[32] == 35 -> mem[32] = 67; goto n136
    :: else -> assert(false)
    fi
  }
n133: atomic {
    assert(!freed[2]);
    assert(!(looked[33] && stale[33]));
    stale[32] = true;
    looked[33] = true; stale[33] = false;
    if
    :: mem[16] == 35 -> mem[16] = 67; goto n137
    :: else -> assert(false)
    fi
  }
n134: atomic {
    assert(!freed[3]);
    assert(!(looked[67] && stale[67]));
    stale[66] = true;
    looked[67] = true; stale[67] = false;
    if
    :: mem[33] == 36 -> mem[33] = 68; goto done
    :: else -> assert(false)
    fi
  }
n135: atomic {
    assert(!freed[2]);
    looked[35] = true; stale[35] = false;
    if
    :: mem[17] == 36 -> goto n138
    :: else -> assert(false)
    fi
  }
n136: atomic {
    assert(!freed[3]);
    looked[67] = true; stale[67] = false;
    if
    :: mem[33] == 36 -> goto n139
    :: else -> assert(false)
    fi
  }
n137: atomic {
    assert(!freed[2]);
    looked[35] = true; stale[35] = false;
    if
    :: mem[17] == 36 -> goto n140
    :: else -> assert(false)
    fi
  }
n138: atomic {
    assert(!freed[2]);
    assert(!(looked[35] && stale[35]));
    stale[34] = true;
    looked[35] = true; stale[35] = false;
    if
    :: mem[17] == 36 -> mem[17] = 68; goto done
    :: else -> assert(false)
    fi
  }
n139: atomic {
    assert(!freed[3]);
    assert(!(looked[67] && stale[67]));
    stale[66] = true;
    looked[67] = true; stale[67] = false;
    if
    :: mem[33] == 36 -> mem[33] = 68; goto done
    :: else -> assert(false)
    fi
  }
n140: atomic {
    assert(!freed[2]);
    assert(!(looked[35] && stale[35]));
    stale[34] = true;
    looked[35] = true; stale[35] = false;
    if
    :: mem[17] == 36 -> mem[17] = 68; goto done
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
  mem[2] = 0;
  mem[3] = 0;
  mem[4] = 0;
  mem[5] = 0;
  mem[6] = 0;
  mem[7] = 0;
  mem[8] = 0;
  mem[9] = 0;
  mem[10] = 0;
  mem[11] = 0;
  mem[12] = 0;
  mem[13] = 0;
  mem[14] = 0;
  mem[15] = 0;
  mem[16] = 0;
  mem[17] = 0;
  mem[18] = 0;
  mem[19] = 0;
  mem[20] = 0;
  mem[21] = 0;
  mem[22] = 0;
  mem[23] = 0;
  mem[24] = 0;
  mem[25] = 0;
  mem[26] = 0;
  mem[27] = 0;
  mem[28] = 0;
  mem[29] = 0;
  mem[30] = 0;
  mem[31] = 0;
  mem[32] = 0;
  mem[33] = 0;
  mem[34] = 0;
  mem[35] = 0;
  mem[36] = 0;
  mem[37] = 0;
  mem[38] = 0;
  mem[39] = 0;
  mem[40] = 0;
  mem[41] = 0;
  mem[42] = 0;
  mem[43] = 0;
  mem[44] = 0;
  mem[45] = 0;
  mem[46] = 0;
  mem[47] = 0;
  mem[48] = 0;
  mem[49] = 0;
  mem[50] = 0;
  mem[51] = 0;
  mem[52] = 0;
  mem[53] = 0;
  mem[54] = 0;
  mem[55] = 0;
  mem[56] = 0;
  mem[57] = 0;
  mem[58] = 0;
  mem[59] = 0;
  mem[60] = 0;
  mem[61] = 0;
  mem[62] = 0;
  mem[63] = 0;
  mem[64] = 0;
  mem[65] = 0;
  run P0();
  run P1();
  }
}
