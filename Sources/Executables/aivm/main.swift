print("aivm")
