from . import usu_callcard_analysis
